package fact

import (
	"time"

	"github.com/zongler/zongler/internal/id"
)

// CustomerCreated says that a customer came to be known.
type CustomerCreated struct {
	Customer id.Customer `json:"customer,omitzero"`
	Brand    id.Brand    `json:"brand,omitzero"`
}

// Kind returns "customer.created".
func (CustomerCreated) Kind() string { return "customer.created" }

// Subject returns the key by which these facts stay in order.
func (f CustomerCreated) Subject() int64 { return int64(f.Customer) }

// CustomerChanged says that the details of a customer changed.
type CustomerChanged struct {
	Customer id.Customer   `json:"customer,omitzero"`
	Brand    id.Brand      `json:"brand,omitzero"`
	What     []string      `json:"what,omitempty"`   // name, email, phone, company, language: those that changed
	Fields   []FieldChange `json:"fields,omitempty"` // the tenant's own that changed
}

// Kind returns "customer.changed".
func (CustomerChanged) Kind() string { return "customer.changed" }

// Subject returns the key by which these facts stay in order.
func (f CustomerChanged) Subject() int64 { return int64(f.Customer) }

// ClaimMade says that a contact point was said to belong to a customer.
type ClaimMade struct {
	Customer     id.Customer     `json:"customer,omitzero"`
	Brand        id.Brand        `json:"brand,omitzero"`
	ContactPoint id.ContactPoint `json:"contact_point,omitzero"`
	Claim        id.Claim        `json:"claim,omitzero"`
	Evidence     string          `json:"evidence,omitzero"`
}

// Kind returns "claim.made".
func (ClaimMade) Kind() string { return "claim.made" }

// Subject returns the key by which these facts stay in order.
func (f ClaimMade) Subject() int64 { return int64(f.Customer) }

// ClaimRevoked says that a claim was taken back.
type ClaimRevoked struct {
	Customer     id.Customer     `json:"customer,omitzero"`
	Brand        id.Brand        `json:"brand,omitzero"`
	ContactPoint id.ContactPoint `json:"contact_point,omitzero"`
	Claim        id.Claim        `json:"claim,omitzero"`
}

// Kind returns "claim.revoked".
func (ClaimRevoked) Kind() string { return "claim.revoked" }

// Subject returns the key by which these facts stay in order.
func (f ClaimRevoked) Subject() int64 { return int64(f.Customer) }

// CustomersJoined says that a customer was said to be another.
type CustomersJoined struct {
	Customer id.Customer `json:"customer,omitzero"`
	Brand    id.Brand    `json:"brand,omitzero"`
	Into     id.Customer `json:"into,omitzero"`
	Join     id.Join     `json:"join,omitzero"`
}

// Kind returns "customers.joined".
func (CustomersJoined) Kind() string { return "customers.joined" }

// Subject returns the key by which these facts stay in order.
func (f CustomersJoined) Subject() int64 { return int64(f.Customer) }

// CustomersSplit says that two customers who were said to be one are two again.
type CustomersSplit struct {
	Customer id.Customer `json:"customer,omitzero"`
	Brand    id.Brand    `json:"brand,omitzero"`
	From     id.Customer `json:"from,omitzero"`
	Join     id.Join     `json:"join,omitzero"`
}

// Kind returns "customers.split".
func (CustomersSplit) Kind() string { return "customers.split" }

// Subject returns the key by which these facts stay in order.
func (f CustomersSplit) Subject() int64 { return int64(f.Customer) }

// OrganisationChanged says that an organisation was made, changed or put away, was joined to
// another or parted from it, or was erased.
type OrganisationChanged struct {
	Organisation id.Organisation `json:"organisation,omitzero"`
	Brand        id.Brand        `json:"brand,omitzero"`
	Archived     bool            `json:"archived,omitzero"`
	JoinedInto   id.Organisation `json:"joined_into,omitzero"` // which it is held to be
	Erased       bool            `json:"erased,omitzero"`
}

// Kind returns "organisation.changed".
func (OrganisationChanged) Kind() string { return "organisation.changed" }

// Subject returns the key by which these facts stay in order.
func (f OrganisationChanged) Subject() int64 { return int64(f.Organisation) }

// ConsentNoted says that a customer agreed to something, or took it back.
type ConsentNoted struct {
	Customer id.Customer `json:"customer,omitzero"`
	Brand    id.Brand    `json:"brand,omitzero"`
	Consent  id.Consent  `json:"consent,omitzero"`
	State    string      `json:"state,omitzero"`
	Purpose  string      `json:"purpose,omitzero"`
	Channel  string      `json:"channel,omitzero"`
	At       time.Time   `json:"at,omitzero"`
}

// Kind returns "consent.noted".
func (ConsentNoted) Kind() string { return "consent.noted" }

// Subject returns the key by which these facts stay in order.
func (f ConsentNoted) Subject() int64 { return int64(f.Customer) }
