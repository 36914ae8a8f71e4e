// Package automation does by itself what a tenant has asked for: it tells other
// systems what happens (webhooks).
//
// Every fact that a webhook wants becomes a delivery, once, in the order of
// positions, on the node that holds the lease "webhooks". The sender brings
// deliveries to their addresses, some of one webhook at a time, and tries again
// for a day. Messages are signed by Standard Webhooks; a receiver knows a repeated
// one by its webhook-id.
//
// What must never break: a fact that was committed while a webhook was active is
// delivered at least once or stands in the log as failed, with the reason; no
// webhook hears of another tenant's, or of brands that it was not given; a slow
// or dead receiver holds up nobody else; no call reaches addresses of our own
// network that the configuration does not allow.
package automation
