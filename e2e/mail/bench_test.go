package mail

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
)

// Load of the benchmark.
const (
	benchMails    = 3000 // in the mailbox when it is connected
	benchOfSender = 4    // in one thread; more than thirty an hour are a loop
	benchWithin   = 5 * time.Minute
	benchLook     = 20 * time.Millisecond
)

// BenchmarkDovecot measures how fast the whole program takes in what waits in a mailbox of a real Dovecot: by
// IMAP with TLS, stored raw, understood, threaded and routed, everything durable. Dovecot takes its part of the
// processors.
func BenchmarkDovecot(b *testing.B) {
	if why := missing(); why != "" {
		b.Skip(why)
	}
	b.Run("sqlite-durable", func(b *testing.B) { benchIntake(b, "") })
	server := os.Getenv("ZONGLER_TEST_POSTGRES_DURABLE")
	if server == "" {
		server = os.Getenv("ZONGLER_TEST_POSTGRES")
	}
	if server == "" {
		return
	}
	b.Setenv("ZONGLER_TEST_POSTGRES", server)
	b.Run("postgres", func(b *testing.B) { benchIntake(b, dbtest.PostgresURL(b)) })
}

func benchIntake(b *testing.B, database string) {
	b.Helper()
	for b.Loop() {
		b.StopTimer()
		s := prepare(b)
		s.startDovecot(b)
		m := openCentre(b, s, database)
		s.fill(b, benchMails)
		look := openBeside(b, s, database)
		b.StartTimer()
		began := time.Now()
		m.connect(m.settings(nil), fields{"password": "tajne"})
		n := look.waits(b, m.box, benchMails)
		b.ReportMetric(float64(n)/time.Since(began).Seconds(), "mails/s")
		b.ReportMetric(float64(benchMails-n), "never")
	}
}

// fill puts mails into our mailbox at Dovecot.
func (s *servers) fill(b *testing.B, n int) {
	b.Helper()
	box := filepath.Join(s.Dir, "mail", ours, "Maildir")
	for _, name := range []string{"cur", "new", "tmp"} {
		must(b, os.MkdirAll(filepath.Join(box, name), 0o755))
	}
	for i := range n {
		thread := i / benchOfSender
		first := fmt.Sprintf("first%d", thread)
		name, more := first, []string(nil)
		if i%benchOfSender > 0 {
			name, more = fmt.Sprint("more", i), []string{"In-Reply-To: <" + first + "@posta.example>", "References: <" + first + "@posta.example>"}
		}
		more = append(more, "MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit", "",
			fmt.Sprintf("Dzień dobry, od rana nie działa mi internet, wiadomość %d. Co mam zrobić?", i), "", "-- ", "Zofia Wilk")
		lines := letter(name, fmt.Sprint("Internet nie działa ", thread), more...)
		lines[0] = fmt.Sprintf("From: Zofia Wilk <zofia%d@posta.example>", thread)
		file := filepath.Join(box, "new", fmt.Sprintf("%d.M%06d.mx", time.Now().Unix(), i))
		must(b, os.WriteFile(file, []byte(strings.Join(lines, "\n")+"\n"), 0o644))
	}
	chown(b, filepath.Join(s.Dir, "mail"), "nobody")
}

// beside looks into the database of the centre without being a part of it.
type beside struct{ db *db.DB }

func openBeside(b *testing.B, s *servers, database string) beside {
	b.Helper()
	if database == "" {
		database = "sqlite:" + filepath.Join(s.Dir, "centre", "zongler.db")
	}
	d, err := db.Open(b.Context(), database, slog.New(slog.DiscardHandler))
	must(b, err)
	b.Cleanup(func() { must(b, d.Close()) })
	return beside{d}
}

// waits waits until n mails of a mailbox were read, and returns how many there are then: fewer only where it took very long.
func (x beside) waits(b *testing.B, box string, n int) int {
	b.Helper()
	point, err := id.Parse[id.EntryPoint](box)
	must(b, err)
	for late := time.Now().Add(benchWithin); ; {
		there, err := db.One[int](b.Context(), x.db, `SELECT COUNT(*) FROM mail WHERE state = 'read' AND entry_point_id = $1`, point)
		must(b, err)
		if there >= n || time.Now().After(late) {
			return there
		}
		<-time.After(benchLook)
	}
}
