package rule_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/zongler/zongler/internal/automation/rule"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/fact"
)

// on is a program on an event, with one condition or group as JSON.
func on(event, condition string) string {
	return `{"when":{"on":"` + event + `"},"if":` + condition + `,"do":[{"do":"add_tags","tags":["vip"]}]}`
}

// doing is a program of one command.
func doing(command string) string { return `{"when":{"on":"message.in"},"do":[` + command + `]}` }

// said is the first field and code of an error.
func said(err error) string {
	switch e := errs.Told(err); {
	case e == nil:
		return ""
	case len(e.Fields) > 0:
		return e.Fields[0].Path + ": " + e.Fields[0].Code
	default:
		return e.Code
	}
}

func deep(n int) string {
	return strings.Repeat(`{"all":[`, n) + `{"field":"customer.name","op":"is","values":["x"]}` + strings.Repeat(`]}`, n)
}

func TestWhatAProgramCannotBe(t *testing.T) {
	t.Parallel()
	is := `{"field":"customer.name","op":"is","values":["x"]}`
	for _, row := range []struct{ name, program, want string }{
		{"an event is enough", doing(`{"do":"add_tags","tags":["VIP"]}`), ""},
		{"what is not JSON is not read", `{`, "program: rule.malformed"},
		{"nor what has more behind it", doing(`{"do":"add_tags","tags":["a"]}`) + `{}`, "program: rule.malformed"},
		{"nor what nobody knows", `{"when":{"on":"message.in"},"do":[],"else":[]}`, "program: rule.malformed"},
		{"nor a number where a text is", `{"when":{"on":7}}`, "when.on: rule.malformed"},
		{"a rule is set off by something", `{"when":{},"do":[{"do":"add_tags","tags":["a"]}]}`, "when.on: rule.one_trigger"},
		{"not by two things", `{"when":{"on":"message.in","since":"waiting","minutes":5},"do":[{"do":"add_tags","tags":["a"]}]}`, "when.on: rule.one_trigger"},
		{"by one that there is", on("message.eaten", is), "when.on: one_of"},
		{"an event takes no time", `{"when":{"on":"message.in","minutes":5},"do":[{"do":"add_tags","tags":["a"]}]}`, "when.minutes: rule.only_timed"},
		{"time is counted", `{"when":{"since":"waiting"},"do":[{"do":"add_tags","tags":["a"]}]}`, "when.minutes: number.min"},
		{"but not for ever", `{"when":{"since":"waiting","minutes":1000000},"do":[{"do":"add_tags","tags":["a"]}]}`, "when.minutes: number.max"},
		{"a rule does something", `{"when":{"on":"message.in"},"do":[]}`, "do: items.min"},
		{"groups lie in each other", on("message.in", deep(3)), ""},
		{"but not too deep", on("message.in", deep(4)), "if.all[0].all[0].all[0]: rule.depth"},
		{"nor are there too many conditions", on("message.in", `{"any":[`+strings.Repeat(is+",", 30)+is+`]}`), "if: items.max"},
		{"a group is not empty", on("message.in", `{"any":[]}`), "if.any: items.min"},
		{"a condition within a group is one", on("message.in", `{"any":[{}]}`), "if.any[0].field: one_of"},
		{"nor is it a comparison too", on("message.in", `{"all":[`+is+`],"field":"customer.name"}`), "if: rule.one_shape"},
		{"a field is one that there is", on("message.in", `{"field":"customer.shoe","op":"is","values":["x"]}`), "if.field: one_of"},
		{"or one of the tenant's", on("message.in", `{"field":"case.fields.contract_no","op":"contains","values":["x"]}`), ""},
		{"an operator fits the field", on("message.in", `{"field":"conversation.tags","op":"starts_with","values":["x"]}`), "if.op: one_of"},
		{"it is asked what an event has", on("note.added", `{"field":"sla.clock","op":"is","values":["resolution"]}`), "if.field: rule.only_with"},
		{"what has changed is asked of an event", `{"when":{"since":"case_status","minutes":5},"if":{"field":"case.status","op":"was","values":["1"]},"do":[{"do":"set_topic","topic":"x"}]}`, "if.op: rule.no_change"},
		{"a value is needed", on("message.in", `{"field":"customer.name","op":"is"}`), "if.values: items.min"},
		{"unless there is none to compare", on("message.in", `{"field":"customer.name","op":"is_empty","values":["x"]}`), "if.values: items.max"},
		{"a value says something", on("message.in", `{"field":"customer.name","op":"contains","values":[" "]}`), "if.values[0]: required"},
		{"a choice is one of the choices", on("message.in", `{"field":"case.priority","op":"at_least","values":["huge"]}`), "if.values[0]: one_of"},
		{"a key is a number", on("message.in", `{"field":"case.owner","op":"is","values":["me"]}`), "if.values[0]: reference"},
		{"a number is one", on("message.in", `{"field":"message.files","op":"at_least","values":["NaN"]}`), "if.values[0]: rule.number"},
		{"a verb is one that there is", doing(`{"do":"dance"}`), "do[0].do: one_of"},
		{"the composer is a macro's", doing(`{"do":"insert_reply","text":"x"}`), "do[0].do: one_of"},
		{"a verb has what it needs", doing(`{"do":"move_to_queue"}`), "do[0].queue_id: required"},
		{"and nothing else", doing(`{"do":"move_to_queue","queue_id":"7","topic":"x"}`), "do[0].topic: rule.not_taken"},
		{"one of two is enough", doing(`{"do":"set_owner","user_id":"7","team_id":"8"}`), "do[0].team_id: rule.one_of_two"},
		{"what may be absent may be", doing(`{"do":"open_case"}`), ""},
		{"a tag is not endless", doing(`{"do":"add_tags","tags":["` + strings.Repeat("x", 51) + `"]}`), "do[0].tags[0]: length.max"},
		{"a priority is one", doing(`{"do":"set_priority","priority":"huge"}`), "do[0].priority: one_of"},
	} {
		_, err := rule.Parse([]byte(row.program))
		if got := said(err); got != row.want {
			t.Errorf("%s: %q, not %q", row.name, got, row.want)
		}
	}
}

func TestWhatIsAllowedIsSaid(t *testing.T) {
	t.Parallel()
	_, err := rule.Parse([]byte(on("message.in", `{"field":"conversation.open","op":"is","values":["maybe"]}`)))
	if e := errs.Told(err); len(e.Fields) != 1 || e.Fields[0].Values["allowed"] != "yes, no" {
		t.Errorf("%+v", e)
	}
}

func TestConditionsHold(t *testing.T) {
	t.Parallel()
	s := rule.Subject{
		Values: map[string][]string{
			"message.text": {"Nie działa INTERNET w Łodzi"}, "conversation.tags": {"vip", "łódź"}, "case.priority": {"high"}, "message.files": {"2"},
			"conversation.queue": {"7"}, "customer.company": {""}, "conversation.open": {"yes"},
		},
		Changed: map[string]rule.Change{"case.category": {Was: "working", Became: "done"}, "case.tags": {}},
	}
	for _, row := range []struct {
		name, condition string
		want            bool
	}{
		{"letters and their marks do not matter", `{"field":"message.text","op":"contains","values":["dziala internet"]}`, true},
		{"one of the values is enough", `{"field":"message.text","op":"contains","values":["telefon","lodzi"]}`, true},
		{"of a negation none may fit", `{"field":"message.text","op":"contains_not","values":["telefon","internet"]}`, false},
		{"a beginning begins", `{"field":"message.text","op":"starts_with","values":["nie"]}`, true},
		{"a tag is whole", `{"field":"conversation.tags","op":"has","values":["vi"]}`, false},
		{"one of several tags", `{"field":"conversation.tags","op":"has","values":["nowy","VIP"]}`, true},
		{"what is not there is not had", `{"field":"conversation.tags","op":"has_not","values":["nowy"]}`, true},
		{"a rank has an order", `{"field":"case.priority","op":"at_least","values":["normal"]}`, true},
		{"and an end", `{"field":"case.priority","op":"at_most","values":["normal"]}`, false},
		{"a number is compared as one", `{"field":"message.files","op":"at_most","values":["10"]}`, true},
		{"an empty text is empty", `{"field":"customer.company","op":"is_empty"}`, true},
		{"what is not there is empty too", `{"field":"case.owner","op":"is_empty"}`, true},
		{"and nothing", `{"field":"case.owner","op":"is","values":["7"]}`, false},
		{"it was", `{"field":"case.category","op":"was","values":["working"]}`, true},
		{"it became", `{"field":"case.category","op":"became","values":["new","done"]}`, true},
		{"it became another", `{"field":"case.category","op":"became","values":["new"]}`, false},
		{"it changed", `{"field":"case.tags","op":"changed"}`, true},
		{"it did not", `{"field":"case.priority","op":"changed"}`, false},
		{"all hold", `{"all":[{"field":"conversation.open","op":"is","values":["yes"]},{"any":[{"field":"case.priority","op":"is","values":["low"]},{"field":"conversation.queue","op":"is","values":["7"]}]}]}`, true},
		{"one does not", `{"all":[{"field":"conversation.open","op":"is","values":["yes"]},{"field":"case.priority","op":"is","values":["low"]}]}`, false},
	} {
		var c rule.Condition
		if err := json.Unmarshal([]byte(row.condition), &c); err != nil {
			t.Fatal(err)
		}
		if got := c.Holds(s); got != row.want {
			t.Errorf("%s: %v", row.name, got)
		}
	}
	if !(rule.Condition{}).Holds(rule.Subject{}) {
		t.Error("a rule without conditions never fires")
	}
}

func TestACommandKnowsWhenItDoesNothing(t *testing.T) {
	t.Parallel()
	open := map[string][]string{
		"conversation.brand": {"1"}, "conversation.open": {"yes"}, "conversation.tags": {"vip"}, "conversation.queue": {"7"}, "case.exists": {"yes"},
		"case.category": {"working"}, "case.status": {"2"}, "case.priority": {"high"}, "case.topic": {"billing"}, "case.owner": {"5"}, "case.tags": {"a"},
	}
	closed := map[string][]string{"conversation.brand": {"1"}, "conversation.open": {"no"}, "case.exists": {"no"}}
	matter := map[string][]string{"case.exists": {"yes"}}
	for _, row := range []struct {
		command rule.Command
		values  map[string][]string
		want    string
	}{
		{rule.Command{Do: rule.AddTags, Tags: []string{"vip"}}, open, rule.DoneAlready},
		{rule.Command{Do: rule.AddTags, Tags: []string{"vip", "new"}}, open, ""},
		{rule.Command{Do: rule.RemoveTags, Tags: []string{"new"}}, open, rule.DoneAlready},
		{rule.Command{Do: rule.RemoveCaseTags, Tags: []string{"a"}}, open, ""},
		{rule.Command{Do: rule.MoveToQueue, QueueID: 7}, open, rule.DoneAlready},
		{rule.Command{Do: rule.MoveToQueue, QueueID: 8}, open, ""},
		{rule.Command{Do: rule.MoveToQueue, QueueID: 8}, closed, rule.NotOpen},
		{rule.Command{Do: rule.SendReply, Text: "x"}, closed, rule.NotOpen},
		{rule.Command{Do: rule.SetStatus, StatusID: 2}, open, rule.DoneAlready},
		{rule.Command{Do: rule.SetPriority, Priority: "high"}, open, rule.DoneAlready},
		{rule.Command{Do: rule.SetPriority, Priority: "low"}, closed, rule.NoCase},
		{rule.Command{Do: rule.SetTopic, Topic: "billing"}, open, rule.DoneAlready},
		{rule.Command{Do: rule.SetOwner, UserID: 5}, open, rule.DoneAlready},
		{rule.Command{Do: rule.OpenCase}, open, rule.HasCase},
		{rule.Command{Do: rule.OpenCase}, closed, ""},
		{rule.Command{Do: rule.AddTags, Tags: []string{"x"}}, matter, rule.NoConversation},
		{rule.Command{Do: rule.AddNote, Text: "x"}, matter, ""},
	} {
		if got := row.command.Foresee(rule.Subject{Values: row.values}); got != row.want {
			t.Errorf("%+v: %q, not %q", row.command, got, row.want)
		}
	}
}

func TestTimeIsCounted(t *testing.T) {
	t.Parallel()
	in := fact.EntryAdded{EntryKind: "message", Author: "customer"}
	out := fact.EntryAdded{EntryKind: "message", Author: "agent"}
	for _, row := range []struct {
		stamp rule.Stamp
		fact  fact.Fact
		want  rule.Turn
	}{
		{rule.Unanswered, in, rule.Begins},
		{rule.Unanswered, out, rule.Ends},
		{rule.Unanswered, fact.EntryAdded{EntryKind: "message", Author: "bot"}, rule.Nothing},
		{rule.Silent, out, rule.Again},
		{rule.Silent, in, rule.Ends},
		{rule.Waiting, fact.InteractionQueued{Cause: "transfer"}, rule.Begins},
		{rule.Waiting, fact.InteractionStarted{}, rule.Ends},
		{rule.Closed, fact.InteractionClosed{}, rule.Again},
		{rule.Closed, fact.InteractionQueued{Cause: "arrival"}, rule.Ends},
		{rule.InStatus, fact.CaseMoved{}, rule.Again},
		{rule.CaseOpen, fact.CaseOpened{}, rule.Begins},
		{rule.CaseOpen, fact.CaseMoved{}, rule.Nothing},
	} {
		if got := row.stamp.Hears(row.fact); got != row.want {
			t.Errorf("%s, %s: %d, not %d", row.stamp, row.fact.Kind(), got, row.want)
		}
	}
}

// FuzzParse proves that whatever is let through reads back as itself, and can be asked.
func FuzzParse(f *testing.F) {
	f.Add([]byte(on("case.moved", `{"all":[{"field":"case.category","op":"became","values":["done"]},{"any":[{"field":"case.tags","op":"has","values":["a","b"]}]}]}`)))
	f.Add([]byte(doing(`{"do":"send_reply","canned_id":"12"}`)))
	f.Add([]byte(`{"when":{"since":"case_status","minutes":60},"do":[{"do":"set_status","status_id":"5"},{"do":"notify","team_id":"3"}]}`))
	f.Add([]byte(on("message.in", deep(9))))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := rule.Parse(data)
		if err != nil {
			if e := errs.Told(err); e == nil || len(e.Fields) == 0 || slices.ContainsFunc(e.Fields, func(f errs.Field) bool { return f.Path == "" || f.Code == "" }) {
				t.Fatalf("a fault without its place: %v", err)
			}
			return
		}
		text, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		again, err := rule.Parse(text)
		if err != nil {
			t.Fatalf("%s\nis not read back: %v", text, err)
		}
		if twice, err := json.Marshal(again); err != nil || !bytes.Equal(text, twice) {
			t.Fatalf("%s\nreads back as %s, %v", text, twice, err)
		}
		s := rule.Subject{Values: map[string][]string{"message.text": {"x"}}}
		p.If.Holds(s)
		for _, c := range p.Do {
			c.Foresee(s)
		}
	})
}
