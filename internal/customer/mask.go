package customer

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/zongler/zongler/internal/actor"
)

// Mask returns the initials of a name, for those who may not read names.
func Mask(name string) string {
	var initials []string
	for word := range strings.FieldsSeq(name) {
		r, _ := utf8.DecodeRuneInString(word)
		initials = append(initials, string(r)+".")
	}
	return strings.Join(initials, " ")
}

// masked returns c without what tells who it is.
func (c Customer) masked() Customer {
	c.Name, c.Company = Mask(c.Name), Mask(c.Company)
	c.Email, c.Phone, c.About, c.Fields = "", "", "", nil
	return c
}

// shownTo returns c as the actor of ctx may see it.
func (c Customer) shownTo(ctx context.Context) Customer {
	if actor.From(ctx).Scope(actor.NamesRead) == actor.None {
		return c.masked()
	}
	return c
}

func (c Card) masked() Card {
	c.Customer = c.Customer.masked()
	c.Points = slices.Clone(c.Points)
	for i := range c.Points {
		c.Points[i].DisplayName, c.Points[i].ExternalID = Mask(c.Points[i].DisplayName), ""
	}
	return c
}
