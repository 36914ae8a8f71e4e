// Package tenant knows the contact-centre companies that share an installation,
// and the brands that each of them serves.
//
// A tenant is the hard boundary: nothing of one is ever seen by another. A brand
// is the client company whose customers are served; users are granted brands.
//
// What must never break: every read and write carries the actor's tenant; a
// brand outside the actor's grants is not found, so that its existence is not
// told. Every change writes the audit log and records configuration.changed.
package tenant
