// Package importer takes in files of customers.
//
// A file is stored first and looked at (Upload); its columns are mapped to fields
// (Configure); all of it is checked, good rows are staged and bad ones said with
// their line and reason (Check); the staged ones become customers batch by batch
// (Apply). Check and Apply are jobs that go on where they were stopped. Cancel ends
// either: what was applied stays, whole, and is counted.
//
// Facts: customers.imported, one a batch.
//
// What must never break: a row is a customer or it is not, never half of one; a
// row that was applied is not applied again; what a file says is kept no longer
// than it is needed.
package importer
