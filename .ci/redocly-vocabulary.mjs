// Tells redocly what our root `x-webhooks` looks like: it knows the word as a bare map of events (docs/extensions.md).
export default function vocabulary() {
  return {
    id: 'vocabulary',
    typeExtension: {
      oas3(types) {
        const free = { properties: {}, additionalProperties: {} };
        return {
          ...types,
          Root: { ...types.Root, properties: { ...types.Root.properties, 'x-webhooks': 'Deliveries' } },
          Deliveries: {
            properties: { signing: free, envelope: free, resources: free, events: 'WebhooksMap' },
            required: ['signing', 'envelope', 'resources', 'events'],
          },
        };
      },
    },
  };
}
