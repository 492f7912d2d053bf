//! Every option of `sdkwright generate`, as the real command takes it on real files: one module per question.

mod folder;
mod levels;
mod manifest;
mod own_files;
mod part;
mod report;
mod root;
mod runtime;

use crate::run::{Folder, sdkwright, text};
use serde_json::Value;
use std::process::Output;

/// Three operations, three components of which each needs another set, and a word that nobody knows.
const SHOP: &str = "\
openapi: 3.0.3
info: { title: Shop, version: '1' }
paths:
  /orders:
    get:
      operationId: listOrders
      tags: [orders]
      responses: { '200': { description: All., content: { application/json: { schema: { type: array, items: { $ref: '#/components/schemas/Order' } } } } } }
  /orders/{orderId}:
    get:
      operationId: getOrder
      tags: [orders]
      parameters: [{ name: orderId, in: path, required: true, schema: { type: string } }]
      responses: { '200': { description: One., content: { application/json: { schema: { $ref: '#/components/schemas/Order' } } } } }
  /customers:
    get:
      operationId: listCustomers
      tags: [customers]
      responses: { '200': { description: All., content: { application/json: { schema: { $ref: '#/components/schemas/Customer' } } } } }
components:
  schemas:
    Order: { type: object, properties: { id: { type: string }, item: { $ref: '#/components/schemas/Item' } } }
    Item: { type: object, properties: { name: { type: string } } }
    Customer: { type: object, properties: { name: { type: string } } }
    Nobody: { type: object, properties: { name: { type: string } } }
";

/// The same with a word that is in no version of OpenAPI.
fn misspelt() -> String {
    SHOP.replace("Item: { type: object,", "Item: { type: object, propertys: {},")
}

/// A run on a contract of that text, with those flags; the folder holds `shop.yaml` and `sdk`.
fn generate(folder: &Folder, contract: &str, flags: &[&str]) -> Output {
    let contract = folder.write("shop.yaml", contract);
    let out = folder.path("sdk");
    sdkwright(&[&["generate", "--contract", &contract, "--out", &out], flags].concat())
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

fn said(output: &Output) -> String {
    text(&output.stderr)
}

fn lines(output: &Output) -> Vec<Value> {
    text(&output.stdout)
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// A repository of its own with one listed contract.
fn listed(name: &str, entry: &str, contract: &str) -> Folder {
    let folder = Folder::new(name);
    folder.write("openapi/contracts.yaml", &format!("contracts:\n  - {{ {entry} }}\n"));
    folder.write("openapi/shop.yaml", contract);
    folder
}

const ENTRY: &str = "file: shop.yaml, out: sdk, package: shop, version: 0.1.0";
