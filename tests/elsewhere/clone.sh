# For scripts that install the command: a clone of the project that can be taken away, what is not optimised, and a small contract. To be
# sourced; needs $root, the project's folder, and for the clone $work, a folder of one's own.

fail() { echo "FAILED: $*" >&2; exit 1; }

# Makes `$work/clone` of what is in the working folder, and `$work/sdkwright.git` to get it from.
clone() {
  git -C "$root" ls-files -z | tar -C "$root" -c --null --files-from=- --ignore-failed-read 2>/dev/null | (mkdir "$work/clone" && tar xf - -C "$work/clone")
  cp "$root/Cargo.lock" "$work/clone/"
  git -C "$work/clone" init --quiet --initial-branch main
  git -C "$work/clone" add --all
  git -C "$work/clone" -c user.name=nobody -c user.email=nobody@example.com commit --quiet --message clone
  git clone --quiet --bare "$work/clone" "$work/sdkwright.git"
}

# Prints options of cargo that turn off what the manifest optimises for the tests. What is installed here runs a few times, on small contracts.
unoptimised() {
  sed -n 's/^\[profile\.dev\.package\.\(.*\)\]$/--config=profile.dev.package.\1.opt-level=0/p' "$root/Cargo.toml"
}

# Prints a contract with one operation; $1 is a value of an enumeration in it.
contract() {
  cat <<YAML
openapi: 3.0.3
info: { title: Shop, version: '1' }
servers: [{ url: 'https://shop.example.com' }]
paths:
  /orders/{id}:
    get:
      operationId: getOrder
      tags: [orders]
      parameters: [{ name: id, in: path, required: true, schema: { type: string } }]
      responses: { '200': { description: One., content: { application/json: { schema: { \$ref: '#/components/schemas/Order' } } } } }
components:
  schemas:
    Order: { type: object, required: [id], properties: { id: { type: string }, state: { type: string, enum: [OPEN, $1] } } }
YAML
}
