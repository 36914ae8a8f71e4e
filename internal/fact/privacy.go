package fact

import (
	"github.com/zongler/zongler/internal/id"
)

// ConversationErased says that the words were taken out of a conversation.
type ConversationErased struct {
	Conversation id.Conversation `json:"conversation,omitzero"`
	Brand        id.Brand        `json:"brand,omitzero"`
}

// Kind returns "conversation.erased".
func (ConversationErased) Kind() string { return "conversation.erased" }

// Subject returns the key by which these facts stay in order.
func (f ConversationErased) Subject() int64 { return int64(f.Conversation) }

// CaseErased says that the words were taken out of a case.
type CaseErased struct {
	Case  id.Case  `json:"case,omitzero"`
	Brand id.Brand `json:"brand,omitzero"`
}

// Kind returns "case.erased".
func (CaseErased) Kind() string { return "case.erased" }

// Subject returns the key by which these facts stay in order.
func (f CaseErased) Subject() int64 { return int64(f.Case) }

// CustomerErased says that what was kept about a customer was removed; Left is how many things had to stay.
type CustomerErased struct {
	Customer id.Customer `json:"customer,omitzero"`
	Brand    id.Brand    `json:"brand,omitzero"`
	Erasure  id.Erasure  `json:"erasure,omitzero"`
	Left     int         `json:"left,omitzero"`
}

// Kind returns "customer.erased".
func (CustomerErased) Kind() string { return "customer.erased" }

// Subject returns the key by which these facts stay in order.
func (f CustomerErased) Subject() int64 { return int64(f.Customer) }

// CustomersImported says that a batch of a file of customers came in.
type CustomersImported struct {
	Import  id.Import     `json:"import,omitzero"`
	Brand   id.Brand      `json:"brand,omitzero"`
	Created []id.Customer `json:"created,omitempty"`
	Updated []id.Customer `json:"updated,omitempty"`
}

// Kind returns "customers.imported".
func (CustomersImported) Kind() string { return "customers.imported" }

// Subject returns the key by which these facts stay in order.
func (f CustomersImported) Subject() int64 { return int64(f.Import) }
