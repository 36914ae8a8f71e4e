// Package automation does by itself what a tenant has asked for: it tells other
// systems what happens (webhooks), acts on what happens (rules), and gives agents
// several commands at once (macros).
//
// Every fact that a webhook wants becomes a delivery, once, in the order of
// positions, on the node that holds the lease "webhooks". The sender brings
// deliveries to their addresses, some of one webhook at a time, and tries again
// for a day. Messages are signed by Standard Webhooks; a receiver knows a repeated
// one by its webhook-id.
//
// Rules are asked about every fact, in their order, on the node that holds the
// lease "rules"; those that count time have a timer for each conversation or case,
// which facts begin and end. A rule that is set off is a firing: its commands go
// through the use-cases that people use, by the system with the rule's name, and
// each writes in its own transaction that it was done.
//
// Facts: configuration.changed (webhook, rule, macro), user.told, and those of the
// use-cases that rules and macros call, which name their firing.
//
// What must never break: a fact that was committed while a webhook was active is
// delivered at least once or stands in the log as failed, with the reason; no
// webhook hears of another tenant's, or of brands that it was not given; a slow
// or dead receiver holds up nobody else; no call reaches addresses of our own
// network that the configuration does not allow. One fact sets a rule off at most
// once, and each command of a firing is carried out at most once; a rule never
// sets itself off, directly or through others, and one that fires too often for
// one conversation is paused with the reason; what failed stands in its log.
package automation
