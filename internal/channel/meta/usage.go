package meta

import (
	"encoding/json"
	"net/http"
	"sync"
	"time"
)

// Shares of a limit, in per cent.
const (
	slowAt = 80
	stopAt = 100
)

// Times of leaving an account alone.
const (
	slowPause  = time.Second    // between calls of an account that is near its limit
	stopPause  = time.Minute    // where Meta does not say for how long
	mostPause  = 24 * time.Hour // whatever Meta says
	maxTracked = 10_000         // accounts
)

// usage keeps how near to their limits accounts are. The app itself is the account "".
type usage struct {
	mu    sync.Mutex
	until map[string]time.Time // not to be called before
}

func newUsage() *usage { return &usage{until: map[string]time.Time{}} }

// wait returns for how long an account must be left alone.
func (u *usage) wait(account string, now time.Time) time.Duration {
	u.mu.Lock()
	defer u.mu.Unlock()
	return max(u.until[account].Sub(now), u.until[""].Sub(now), 0)
}

// share is how much of a limit is used up, in per cent.
type share struct {
	Calls   float64 `json:"call_count"`
	Time    float64 `json:"total_time"`
	CPU     float64 `json:"total_cputime"`
	Minutes float64 `json:"estimated_time_to_regain_access"`
}

// pause returns for how long to be still after an answer that says s.
func (s share) pause() time.Duration {
	if s.Minutes > 0 {
		return min(time.Duration(s.Minutes*float64(time.Minute)), mostPause)
	}
	switch most := max(s.Calls, s.Time, s.CPU); {
	case most >= stopAt:
		return stopPause
	case most >= slowAt:
		return slowPause
	}
	return 0
}

// learn reads the headers in which an answer says how near the limits are. What cannot be read says nothing.
func (u *usage) learn(account string, h http.Header, now time.Time) {
	var app, page share
	_ = json.Unmarshal([]byte(h.Get("X-App-Usage")), &app)
	u.hold("", app.pause(), now)
	_ = json.Unmarshal([]byte(h.Get("X-Page-Usage")), &page)
	u.hold(account, page.pause(), now)
	var cases map[string][]share
	_ = json.Unmarshal([]byte(h.Get("X-Business-Use-Case-Usage")), &cases)
	for _, all := range cases { // the answer is to a call of this account, whatever name it has there
		for _, one := range all {
			u.hold(account, one.pause(), now)
		}
	}
}

func (u *usage) hold(account string, pause time.Duration, now time.Time) {
	if pause <= 0 {
		return
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	if len(u.until) >= maxTracked {
		for name, until := range u.until {
			if until.Before(now) {
				delete(u.until, name)
			}
		}
	}
	if until := now.Add(pause); until.After(u.until[account]) {
		u.until[account] = until
	}
}
