// Declares our root `x-webhooks` (docs/generate/extensions) to redocly, which otherwise expects a plain map of events.
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
            properties: { signing: free, envelope: free, resources: free, causes: free, events: 'WebhooksMap' },
            required: ['signing', 'envelope', 'resources', 'events'],
          },
        };
      },
    },
  };
}
