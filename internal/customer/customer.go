package customer

import (
	"strings"
	"time"
	"unicode/utf8"

	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
)

// Limits of what is kept about a customer, in characters.
const (
	MaxName  = 200
	MaxEmail = 254
	MaxPhone = 32
	MaxAbout = 4000
	maxTerms = 24 // by which one customer is found

	maxLanguage = 32
)

// Customer is a person or firm known to one brand.
type Customer struct {
	ID        id.Customer
	BrandID   id.Brand
	Name      string
	Email     string
	Phone     string
	Company   string
	Language  string
	About     string
	Rev       int64
	CreatedAt time.Time
	ChangedAt time.Time

	JoinedInto     id.Customer     // who the customer is held to be; 0: nobody else
	OrganisationID id.Organisation // to which the person belongs; 0: none
	Fields         map[string]any  `db:"fields,json"` // values of the tenant's own fields
	ErasedAt       time.Time       // when all that was known was removed; zero: it was not
}

// ContactPoint is one address of a customer.
type ContactPoint struct {
	ID          id.ContactPoint
	BrandID     id.Brand
	Provider    string
	Scope       string
	ExternalID  string
	DisplayName string
	CustomerID  id.Customer
	Verified    bool
	CreatedAt   time.Time

	BouncedAt    time.Time // when it was found that nothing arrives there; zero: it does
	BounceReason string    // in the words of the server that refused
}

// Evidence says why a contact point is held to be a customer's.
type Evidence string

// Kinds of evidence.
const (
	FirstContact Evidence = "first_contact" // the address was new, so was the customer
	Verified     Evidence = "verified"      // an entry point vouched for the address: its provider, or a signed token
	ByAgent      Evidence = "agent"         // a person said so
	ByInvitation Evidence = "invitation"    // it came by an invitation that was sent to the customer
	Unlinked     Evidence = "unlinked"      // what remained after a person took a claim back
)

// Claim is the reversible statement that a contact point belongs to a customer.
type Claim struct {
	ID             id.Claim
	BrandID        id.Brand
	ContactPointID id.ContactPoint
	CustomerID     id.Customer
	Evidence       Evidence
	EntryPointID   id.EntryPoint // of a verified claim
	MadeBy         id.User
	MadeAt         time.Time
	RevokedBy      id.User
	RevokedAt      time.Time
}

// Seen is an address as a channel saw it.
type Seen struct {
	Brand       id.Brand
	EntryPoint  id.EntryPoint // where it was seen
	Provider    string
	Scope       string
	ExternalID  string
	DisplayName string
	Email       string
	Phone       string
	Language    string
	Verified    bool // the provider or a signed token vouches for the address
}

// Party is who wrote: an address and the customer it belongs to.
type Party struct {
	ContactPoint id.ContactPoint
	Customer     id.Customer
	Name         string // of the customer, as the worklist shows it
	Created      bool
}

// Details are what a person may change about a customer. Nil leaves a field as it is.
type Details struct {
	Name     *string
	Email    *string
	Phone    *string
	Company  *string
	Language *string
	About    *string
	Rev      int64 // of the version that was edited; 0 takes any

	Organisation *id.Organisation // 0: none
	Fields       map[string]any   // those named; null takes a value away
}

func (s Seen) check(op string) error {
	if s.Brand == 0 || s.Provider == "" || s.ExternalID == "" {
		return errs.E(errs.Invalid, op, errIncomplete)
	}
	return nil
}

// apply writes d into c and returns whether anything changed. Fields are looked up by the caller.
func (d Details) apply(c *Customer) (changed bool) {
	for _, f := range []struct {
		to   *string
		from *string
	}{
		{&c.Name, d.Name},
		{&c.Email, d.Email},
		{&c.Phone, d.Phone},
		{&c.Company, d.Company},
		{&c.Language, d.Language},
		{&c.About, d.About},
	} {
		if f.from != nil {
			text := strings.TrimSpace(*f.from)
			changed = changed || text != *f.to
			*f.to = text
		}
	}
	if d.Organisation != nil {
		changed = changed || *d.Organisation != c.OrganisationID
		c.OrganisationID = *d.Organisation
	}
	return changed
}

func (c *Customer) check(op string) error {
	var wrong []errs.Field
	for _, f := range []struct {
		path, text string
		most       int
	}{
		{"name", c.Name, MaxName},
		{"email", c.Email, MaxEmail},
		{"phone", c.Phone, MaxPhone},
		{"company", c.Company, MaxName},
		{"language", c.Language, MaxPhone},
		{"about", c.About, MaxAbout},
	} {
		if utf8.RuneCountInString(f.text) > f.most {
			wrong = append(wrong, errs.Field{Path: f.path, Code: "length.max", Values: errs.Values{"max": f.most}})
		}
	}
	if c.Email != "" && !strings.Contains(c.Email, "@") {
		wrong = append(wrong, errs.Field{Path: "email", Code: "format.email"})
	}
	return errs.Fields(op, wrong...)
}
