package report

import (
	"math"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/routing"
)

// noon is when the small examples happen.
var noon = time.Date(2025, 3, 12, 12, 0, 0, 0, time.UTC)

// waitedVisit entered at noon and left as outcome after a wait; its target is 20 s, a short abandon takes 5 s.
func waitedVisit(outcome routing.Outcome, wait time.Duration) visit {
	v := visit{BrandID: 10, QueueID: 20, Channel: "webchat", EnteredAt: noon, WaitingSince: noon, TargetSeconds: 20, ShortSeconds: 5}
	if outcome != "" {
		v.LeftAt, v.Outcome = noon.Add(wait), outcome
	}
	return v
}

func counted20(n int, outcome routing.Outcome, wait time.Duration, v *Visits) {
	for range n {
		v.count(waitedVisit(outcome, wait))
	}
}

func wantPercent(t *testing.T, what string, r Ratio, want float64) {
	t.Helper()
	got, ok := r.Percent()
	if !ok && !math.IsNaN(want) || ok && math.Abs(got-want) > 0.05 {
		t.Errorf("%s = %.2f %v, want %.1f", what, got, ok, want)
	}
}

func TestServiceLevelOfTheKnownExample(t *testing.T) {
	t.Parallel()
	var v Visits
	counted20(70, routing.Answered, 20*time.Second, &v)
	counted20(10, routing.Abandoned, 20*time.Second, &v)
	counted20(20, routing.Answered, 21*time.Second, &v)
	want := map[Variant]float64{SLA: 77.8, SLB: 70, SLC: 80, SLD: 77.8, SLE: 70, SLF: 70, SLG: 80, SLH: 77.8}
	for _, variant := range Variants() {
		wantPercent(t, string(variant), v.ServiceLevel(variant), want[variant])
	}
}

func TestWithinTheTargetMeansAtMostTheTarget(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		what           string
		outcome        routing.Outcome
		wait           time.Duration
		inTime, shorts int64
	}{
		{"answered at T", routing.Answered, 20 * time.Second, 1, 0},
		{"answered a microsecond later", routing.Answered, 20*time.Second + time.Microsecond, 0, 0},
		{"abandoned at T", routing.Abandoned, 20 * time.Second, 1, 0},
		{"abandoned later", routing.Abandoned, 20*time.Second + time.Microsecond, 0, 0},
		{"abandoned at the short time", routing.Abandoned, 5 * time.Second, 1, 1},
		{"abandoned after the short time", routing.Abandoned, 5*time.Second + time.Microsecond, 1, 0},
	} {
		var v Visits
		v.count(waitedVisit(c.outcome, c.wait))
		if v.AnsweredInTime+v.AbandonedInTime != c.inTime || v.AbandonedShort != c.shorts {
			t.Errorf("%s: %+v", c.what, v)
		}
	}
}

func TestVariantsTreatEveryWayOut(t *testing.T) {
	t.Parallel()
	var v Visits
	counted20(60, routing.Answered, 10*time.Second, &v)
	counted20(10, routing.Answered, 30*time.Second, &v)
	counted20(4, routing.Abandoned, 3*time.Second, &v)
	counted20(6, routing.Abandoned, 15*time.Second, &v)
	counted20(8, routing.Abandoned, 40*time.Second, &v)
	counted20(5, routing.Overflowed, 60*time.Second, &v)
	counted20(3, routing.Transferred, 10*time.Second, &v)
	counted20(2, callback, 12*time.Second, &v)
	counted20(2, routing.Settled, 12*time.Second, &v)
	if v.Offered != 100 || v.Open() != 0 || v.Closed != 2 {
		t.Fatalf("%+v", v)
	}
	want := map[Variant]float64{
		SLA: 100 * 60. / 90, SLB: 60, SLC: 70, SLD: 100 * 60. / 70, SLE: 100 * 60. / 84,
		SLF: 100 * 60. / 88, SLG: 72, SLH: 100 * 60. / 78,
	}
	for _, variant := range Variants() {
		wantPercent(t, string(variant), v.ServiceLevel(variant), want[variant])
	}
	wantPercent(t, "F with flow-outs, without shorts", v.Switched(Parts{Abandons: true, FlowOuts: true}), 100*60./92)
	wantPercent(t, "F of the answered", v.Switched(Parts{}), 100*60./70)
	wantPercent(t, "abandon rate", v.AbandonRate(), 18)
	wantPercent(t, "abandon rate without shorts", v.LongAbandonRate(), 100*14./96)
	if s, _ := v.SpeedOfAnswer().Seconds(); math.Abs(s-900./70) > 1e-9 {
		t.Errorf("speed of answer %v", s)
	}
	if s, _ := v.TimeToAbandon().Seconds(); math.Abs(s-(12.+90+320)/18) > 1e-9 {
		t.Errorf("time to abandon %v", s)
	}
	if v.LongestUS != 40e6 {
		t.Errorf("longest wait %d: only answered, abandoned and waiting count", v.LongestUS)
	}
}

func TestWhoWaitsBeyondTheTargetIsAFailureAlready(t *testing.T) {
	t.Parallel()
	var v Visits
	counted20(8, routing.Answered, 10*time.Second, &v)
	counted20(2, "", 0, &v)
	at := func(wait time.Duration) Visits {
		live := v
		for range 2 {
			live.countWaiting(waitedVisit("", 0), noon.Add(wait))
		}
		return live
	}
	for _, variant := range Variants() {
		wantPercent(t, string(variant)+" while they wait in time", at(20*time.Second).ServiceLevel(variant), 100)
	}
	for _, variant := range []Variant{SLA, SLB, SLC, SLE, SLF, SLG, SLH} {
		wantPercent(t, string(variant)+" when they wait too long", at(21*time.Second).ServiceLevel(variant), 80)
	}
	wantPercent(t, "of the answered", at(21*time.Second).ServiceLevel(SLD), 100)
	if at(21*time.Second).LongestUS != 21e6 || v.Open() != 2 {
		t.Errorf("longest %d, open %d", at(21*time.Second).LongestUS, v.Open())
	}
}

func TestNothingToMeasureGivesNoFigure(t *testing.T) {
	t.Parallel()
	for _, variant := range Variants() {
		if p, ok := (Visits{}).ServiceLevel(variant).Percent(); ok {
			t.Errorf("%s of nothing is %v", variant, p)
		}
	}
	if _, ok := (Work{}).HandleTime().Seconds(); ok {
		t.Error("a handle time of nothing")
	}
	if _, ok := (Clock{}).Concurrency(); ok {
		t.Error("a concurrency of no chats")
	}
}

func TestWorkOfAnAgent(t *testing.T) {
	t.Parallel()
	var w Work
	w.countSegment(segment{StartedAt: noon, TalkedAt: noon.Add(10 * time.Minute), EndedAt: noon.Add(12 * time.Minute), ParkedUS: 3 * 60e6})
	w.countSegment(segment{StartedAt: noon, TalkedAt: noon.Add(time.Minute), EndedAt: noon.Add(time.Minute), Cause: routing.CauseTransferred})
	if s, _ := w.HandleTime().Seconds(); s != (7*60+2*60+60)/2 {
		t.Errorf("handle time %v: talk and wrap-up, the parked time apart", s)
	}
	wantPercent(t, "transfer rate", w.TransferRate(), 50)
	if s, _ := w.TimeToTransfer().Seconds(); s != 60 || w.ParkedUS != 3*60e6 {
		t.Errorf("time to transfer %v, parked %d", s, w.ParkedUS)
	}
	for _, state := range []routing.Result{routing.Accepted, routing.Accepted, routing.Declined, routing.Missed, routing.Withdrawn, routing.Made} {
		w.countOffer(offer{State: state})
	}
	if w.Offers != 6 {
		t.Errorf("offers %d", w.Offers)
	}
	wantPercent(t, "non-response", w.NonResponse(), 25)
}
