// Package cluster runs two nodes as processes of the real program, on one database
// and one NATS, and kills the one that routes.
//
// Visitors come to one node and agents sit at the other; supervisors look on at
// both. It needs PostgreSQL, which alone can be shared by nodes.
//
// What must never break: who has a desk on any node keeps their work, what one node
// decides the other shows, and a node that dies takes nobody's place, answer or
// agent with it: another routes within seconds, and an agent who was connected to
// the dead one is given up after lease and grace, not later.
package cluster
