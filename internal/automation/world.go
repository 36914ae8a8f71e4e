package automation

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/automation/rule"
	"github.com/zongler/zongler/internal/casework"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/customer"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// World is where rules and macros look.
type World struct {
	Conversations interface {
		Find(ctx context.Context, q db.Queryer, c id.Conversation) (conversation.Conversation, error)
		Visible(ctx context.Context, q db.Queryer, p actor.Permission, c id.Conversation) (conversation.Conversation, error)
		// Newest returns the hundred conversations of a brand (0: of all) that began last.
		Newest(ctx context.Context, q db.Queryer, brand id.Brand) ([]conversation.Conversation, error)
		FindEntry(ctx context.Context, q db.Queryer, entry id.Entry) (conversation.Entry, error)
		// LastHeard returns the newest message of the customer, and whether there is one.
		LastHeard(ctx context.Context, q db.Queryer, c id.Conversation) (conversation.Entry, bool, error)
		// AnsweredByMachine counts what machines have written to an address since a time: most at most.
		AnsweredByMachine(ctx context.Context, q db.Queryer, point id.ContactPoint, since time.Time, most int) (int, error)
		// OpenOnes returns the open conversations of a brand (0: of all), those that are silent longest first.
		OpenOnes(ctx context.Context, q db.Queryer, brand id.Brand) ([]conversation.Conversation, error)
		// NewestOf returns the conversation of a customer in which something was said last, and whether there is one.
		NewestOf(ctx context.Context, q db.Queryer, c id.Customer) (id.Conversation, bool, error)
	}
	Customers interface {
		Get(ctx context.Context, c id.Customer) (customer.Card, error)
	}
	Cases interface {
		Find(ctx context.Context, q db.Queryer, key id.Case) (casework.Case, error)
		// Surviving returns the case in which the newest case of a conversation goes on, and whether there is one.
		Surviving(ctx context.Context, q db.Queryer, of id.Conversation) (casework.Case, bool, error)
		// ConversationOf returns the newest conversation of a case, and whether there is one.
		ConversationOf(ctx context.Context, q db.Queryer, key id.Case) (id.Conversation, bool, error)
		// OpenOnes returns the open cases of a brand (0: of all), those that are due first.
		OpenOnes(ctx context.Context, q db.Queryer, brand id.Brand) ([]casework.Case, error)
	}
}

// about is what a fact, a rule or a macro is about. A key of 0 is none.
type about struct {
	Conversation id.Conversation
	Case         id.Case
	Brand        id.Brand
}

// aboutOf returns what a fact is about.
func aboutOf(f fact.Fact) about {
	switch f := f.(type) {
	case fact.ConversationStarted:
		return about{Conversation: f.Conversation, Brand: f.Brand}
	case fact.ConversationChanged:
		return about{Conversation: f.Conversation, Brand: f.Brand}
	case fact.EntryAdded:
		return about{Conversation: f.Conversation, Brand: f.Brand}
	case fact.InteractionQueued:
		return about{Conversation: f.Conversation, Brand: f.Brand}
	case fact.InteractionStarted:
		return about{Conversation: f.Conversation, Brand: f.Brand}
	case fact.InteractionClosed:
		return about{Conversation: f.Conversation, Brand: f.Brand}
	case fact.CaseOpened:
		return about{Case: f.Case, Brand: f.Brand}
	case fact.CaseMoved:
		return about{Case: f.Case, Brand: f.Brand}
	case fact.CaseChanged:
		return about{Case: f.Case, Brand: f.Brand}
	case fact.CaseAssigned:
		return about{Case: f.Case, Brand: f.Brand}
	case fact.ClockWarned:
		return about{Case: f.Case, Brand: f.Brand}
	case fact.ClockBreached:
		return about{Case: f.Case, Brand: f.Brand}
	case fact.CustomerChanged: // its newest conversation is found when a rule asks
		return about{Brand: f.Brand}
	}
	return about{}
}

// seen is what there is of what something is about.
type seen struct {
	conversation conversation.Conversation // ID 0: none
	customer     customer.Customer
	matter       casework.Case // ID 0: none
}

// look reads what there is: of a conversation its newest case, of a case its newest conversation.
func (w World) look(ctx context.Context, q db.Queryer, of about) (s seen, err error) {
	if of.Conversation == 0 && of.Case != 0 {
		if of.Conversation, _, err = w.Cases.ConversationOf(ctx, q, of.Case); err != nil {
			return s, err
		}
	}
	if of.Conversation != 0 {
		if s.conversation, err = w.Conversations.Find(ctx, q, of.Conversation); err != nil {
			return s, err
		}
	}
	if of.Case != 0 {
		s.matter, err = w.Cases.Find(ctx, q, of.Case)
	} else if of.Conversation != 0 {
		s.matter, _, err = w.Cases.Surviving(ctx, q, of.Conversation)
	}
	if err != nil {
		return s, err
	}
	who := s.conversation.CustomerID
	if who == 0 {
		who = s.matter.CustomerID
	}
	if who == 0 {
		return s, nil
	}
	card, err := w.Customers.Get(ctx, who)
	if errs.Is(errs.NotFound, err) || errs.Is(errs.Forbidden, err) { // erased meanwhile, or none of an agent's business
		return s, nil
	}
	s.customer = card.Customer
	return s, err
}

func (s seen) brand() id.Brand {
	if s.conversation.ID != 0 {
		return s.conversation.BrandID
	}
	return s.matter.BrandID
}

// subject returns s in the words of rules.
func (s seen) subject() rule.Subject {
	values := map[string][]string{
		"case.exists":   {yes(s.matter.ID != 0)},
		"customer.name": {s.customer.Name}, "customer.email": {s.customer.Email}, "customer.phone": {s.customer.Phone},
		"customer.company": {s.customer.Company}, "customer.language": {s.customer.Language},
	}
	if c := s.conversation; c.ID != 0 {
		state := c.InteractionState
		if state == "" {
			state = "none"
		}
		values["conversation.public"] = []string{yes(c.Public())}
		values["conversation.channel"], values["conversation.brand"] = []string{c.Channel}, []string{c.BrandID.String()}
		values["conversation.queue"], values["conversation.agent"] = key(c.QueueID), key(c.AgentID)
		values["conversation.subject"], values["conversation.tags"] = []string{c.Subject}, c.Tags
		values["conversation.state"], values["conversation.open"] = []string{state}, []string{yes(c.Open)}
	}
	if m := s.matter; m.ID != 0 {
		values["case.subject"], values["case.topic"], values["case.tags"] = []string{m.Subject}, []string{m.Topic}, m.Tags
		values["case.status"], values["case.category"] = key(m.StatusID), []string{string(m.Category)}
		values["case.priority"], values["case.late"] = []string{priorityName(m.Priority)}, []string{yes(m.Breached)}
		values["case.owner"], values["case.team"] = key(m.OwnerID), key(m.TeamID)
		for name, v := range m.Fields {
			values[rule.CaseField(name)] = []string{shownValue(v)}
		}
	}
	for name, v := range s.customer.Fields {
		values[rule.CustomerField(name)] = []string{shownValue(v)}
	}
	return rule.Subject{Values: values, Changed: map[string]rule.Change{}}
}

func yes(is bool) string {
	if is {
		return "yes"
	}
	return "no"
}

// key is a key as rules compare it; none is empty.
func key[K interface {
	~int64
	String() string
}](k K,
) []string {
	if k == 0 {
		return nil
	}
	return []string{k.String()}
}

func priorityName(p int) string {
	all := rule.Priorities()
	return all[max(0, min(p, len(all)-1))]
}

func shownValue(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case bool:
		return yes(v)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return fmt.Sprint(v)
}

// retold adds to a subject what a fact says itself. The entry is that of a fact that tells of one.
func retold(s rule.Subject, f fact.Fact, e conversation.Entry) {
	switch f := f.(type) {
	case fact.EntryAdded:
		s.Values["message.text"], s.Values["message.files"] = []string{e.Body}, []string{strconv.Itoa(len(e.Attachments))}
	case fact.InteractionClosed:
		s.Values["interaction.outcome"] = []string{f.Outcome}
	case fact.ConversationChanged:
		what := map[string]string{"tags": "conversation.tags", "subject": "conversation.subject", "customer": "customer.name"}
		if field, known := what[f.What]; known {
			s.Changed[field] = rule.Change{}
		}
	case fact.CaseMoved:
		s.Changed["case.status"] = rule.Change{Was: name(f.StatusWas), Became: name(f.Status)}
		if f.From != f.Category {
			s.Changed["case.category"] = rule.Change{Was: f.From, Became: f.Category}
		}
	case fact.CaseChanged:
		tellChanged(s, f)
		tellFields(s, rule.CaseField, f.Fields)
	case fact.CustomerChanged:
		for _, what := range f.What {
			s.Changed["customer."+what] = rule.Change{}
		}
		tellFields(s, rule.CustomerField, f.Fields)
	case fact.CaseAssigned:
		if f.Owner != f.OwnerWas {
			s.Changed["case.owner"] = rule.Change{Was: name(f.OwnerWas), Became: name(f.Owner)}
		}
		if f.Team != f.TeamWas {
			s.Changed["case.team"] = rule.Change{Was: name(f.TeamWas), Became: name(f.Team)}
		}
	case fact.ClockWarned:
		s.Values["sla.clock"] = []string{f.ClockKind}
	case fact.ClockBreached:
		s.Values["sla.clock"] = []string{f.ClockKind}
	}
}

// tellFields adds which of a tenant's own fields changed.
func tellFields(s rule.Subject, name func(key string) string, changes []fact.FieldChange) {
	for _, c := range changes {
		s.Changed[name(c.Key)] = rule.Change{Was: c.Was, Became: c.Became}
	}
}

func tellChanged(s rule.Subject, f fact.CaseChanged) {
	for _, what := range f.What {
		switch what {
		case "priority":
			s.Changed["case.priority"] = rule.Change{Was: priorityName(f.PriorityWas), Became: priorityName(f.Priority)}
		case "topic":
			s.Changed["case.topic"] = rule.Change{Was: f.TopicWas, Became: f.Topic}
		case "tags", "subject":
			s.Changed["case."+what] = rule.Change{}
		}
	}
}

// name is a key as rules name it; none is empty.
func name[K interface {
	~int64
	String() string
}](k K,
) string {
	if k == 0 {
		return ""
	}
	return k.String()
}
