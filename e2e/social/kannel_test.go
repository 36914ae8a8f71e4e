package social

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/channel/sms/smpp"
	"github.com/zongler/zongler/internal/channel/sms/smpptest"
	"github.com/zongler/zongler/internal/kit/smstext"
)

// free returns a port that nobody uses.
func free(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// kannel starts a Kannel that sends through a centre, and returns where it is told to.
func kannel(t *testing.T, centre *smpptest.Centre, callback string) string {
	t.Helper()
	for _, box := range []string{"/usr/sbin/bearerbox", "/usr/sbin/smsbox"} {
		if _, err := os.Stat(box); err != nil {
			t.Skipf("Kannel is not installed: %v", err)
		}
	}
	dir, admin, box, send := t.TempDir(), free(t), free(t), free(t)
	_, port, err := net.SplitHostPort(centre.Addr())
	if err != nil {
		t.Fatal(err)
	}
	conf := fmt.Sprintf(`group = core
admin-port = %d
admin-interface = 127.0.0.1
admin-password = bar
smsbox-port = %d
smsbox-interface = 127.0.0.1
box-allow-ip = "127.0.0.1"
log-file = "%s/bearerbox.log"
log-level = 0
dlr-storage = internal

group = smsc
smsc = smpp
smsc-id = fala
host = 127.0.0.1
port = %s
transceiver-mode = true
smsc-username = "%s"
smsc-password = "%s"
system-type = ""
max-pending-submits = 5
enquire-link-interval = 2
source-addr-ton = 5
source-addr-npi = 0
dest-addr-ton = 1
dest-addr-npi = 1

group = smsbox
bearerbox-host = 127.0.0.1
bearerbox-port = %d
sendsms-port = %d
sendsms-interface = 127.0.0.1
log-file = "%s/smsbox.log"

group = sendsms-user
username = tester
password = foobar
concatenation = true
max-messages = 10

group = sms-service
keyword = default
accept-x-kannel-headers = true
max-messages = 0
catch-all = true
get-url = "%s/mo?from=%%p&to=%%P&text=%%b&charset=%%C&coding=%%c"
`, admin, box, dir, port, centre.SystemID, centre.Password, box, send, dir, callback)
	path := filepath.Join(dir, "kannel.conf")
	if err := os.WriteFile(path, []byte(conf), 0o600); err != nil {
		t.Fatal(err)
	}
	run(t, "/usr/sbin/bearerbox", "-v", "4", path)
	waitFor(t, fmt.Sprintf("127.0.0.1:%d", box))
	run(t, "/usr/sbin/smsbox", "-v", "4", path)
	waitFor(t, fmt.Sprintf("127.0.0.1:%d", send))
	return fmt.Sprintf("http://127.0.0.1:%d/cgi-bin/sendsms?username=tester&password=foobar", send)
}

// run runs a program until the test ends.
func run(t *testing.T, name string, args ...string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), name, args...)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // it may have ended
		_ = cmd.Wait()
	})
}

// waitFor waits until somebody listens at an address.
func waitFor(t *testing.T, address string) {
	t.Helper()
	for deadline := time.Now().Add(within); time.Now().Before(deadline); {
		var d net.Dialer
		if conn, err := d.DialContext(t.Context(), "tcp", address); err == nil {
			_ = conn.Close() // it was to see whether somebody is there
			return
		}
		pause(t, 50*time.Millisecond)
	}
	t.Fatalf("nobody listens at %s", address)
}

func pause(t *testing.T, d time.Duration) {
	t.Helper()
	select {
	case <-time.After(d):
	case <-t.Context().Done():
	}
}

// Kannel, which many centres have met, sends through our centre and gets what it brings:
// what our tests call a message centre is one.
func TestKannelSendsThroughOurCentre(t *testing.T) {
	wanted(t)
	centre, err := smpptest.New()
	if err != nil {
		t.Fatal(err)
	}
	defer centre.Close()
	calls := make(chan url.Values, 100)
	callback := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		q.Set("path", r.URL.Path)
		calls <- q
		w.WriteHeader(http.StatusOK)
	}))
	defer callback.Close()
	send := kannel(t, centre, callback.URL)
	call := func(path string) url.Values {
		t.Helper()
		timer := time.NewTimer(within)
		defer timer.Stop()
		for {
			select {
			case q := <-calls:
				if q.Get("path") == path {
					return q
				}
			case <-timer.C:
				t.Fatalf("nobody is called at %s", path)
			}
		}
	}
	long := strings.Repeat("Zażółć gęślą jaźń. ", 8)
	for i, text := range []string{"Hello {} @", "Árvíztűrő", long} {
		q := url.Values{"from": {"Fala"}, "to": {"48601234567"}, "text": {text}, "charset": {"UTF-8"}, "dlr-mask": {"3"}, "dlr-url": {callback.URL + "/dlr?type=%d"}}
		if smstext.AlphabetOf(text) == smstext.UCS2 {
			q.Set("coding", "2")
		}
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, send+"&"+q.Encode(), nil)
		if err != nil {
			t.Fatal(err)
		}
		res, err := callback.Client().Do(r)
		if err != nil {
			t.Fatal(err)
		}
		said, _ := io.ReadAll(res.Body)
		_ = res.Body.Close() // it was read
		if res.StatusCode != http.StatusAccepted {
			t.Fatalf("%d %s", res.StatusCode, said)
		}
		for deadline := time.Now().Add(within); len(centre.Got()) <= i && time.Now().Before(deadline); {
			pause(t, 20*time.Millisecond)
		}
		got := centre.Got()
		if len(got) != i+1 || got[i].Text != text || got[i].From != "Fala" || got[i].To != "+48601234567" {
			t.Fatalf("%+v, and broken: %q", got, centre.Broken())
		}
		for _, id := range got[i].IDs {
			if err := centre.Receipt("+48601234567", "Fala", id, smpp.Delivered, ""); err != nil {
				t.Fatal(err)
			}
		}
		if dlr := call("/dlr"); dlr.Get("type") != "1" {
			t.Errorf("the receipt is of type %s", dlr.Get("type"))
		}
	}
	if err := centre.Says("+48601234567", "Fala", "Halo?"); err != nil {
		t.Fatal(err)
	}
	if mo := call("/mo"); mo.Get("text") != "Halo?" || mo.Get("from") != "+48601234567" {
		t.Errorf("%v", mo)
	}
	if broken := centre.Broken(); len(broken) > 0 {
		t.Errorf("Kannel breaks our rules, so they are not those of SMPP: %q", broken)
	}
}
