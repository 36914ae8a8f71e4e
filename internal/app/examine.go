package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/zongler/zongler/internal/calendar"
	"github.com/zongler/zongler/internal/kit/secret"
	"github.com/zongler/zongler/internal/platform/blob"
	"github.com/zongler/zongler/internal/platform/bus"
	"github.com/zongler/zongler/internal/platform/clamd"
	"github.com/zongler/zongler/internal/platform/config"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/job"
	"github.com/zongler/zongler/schema"
	"github.com/zongler/zongler/web"
)

// toCome is what is said of what the first start makes.
const toCome = "not there yet; the first start makes it"

// Finding is what an examination says of one thing.
type Finding struct {
	What    string
	Good    string
	Warning string // it works, and somebody should look at it
	Err     error
}

// Text returns the finding in words.
func (f Finding) Text() string {
	switch {
	case f.Err != nil:
		return f.Err.Error()
	case f.Warning != "":
		return f.Warning
	}
	return f.Good
}

// Examine looks at everything that an installation needs. It makes no file, no folder and no table.
func Examine(ctx context.Context, c config.Config, log *slog.Logger) []Finding {
	desk := Finding{What: "desk", Good: "built, " + web.Build()}
	if web.Build() == "none" {
		desk.Err = errors.New("the desk is not in this binary; build it with make run or make web")
	}
	findings := append([]Finding{desk, examineData(c)}, examineDatabase(ctx, c, log)...)
	return append(findings, examineFiles(ctx, c), examineSecrets(c), examineBus(ctx, c, log), examineScanner(ctx, c), examineCalendars(time.Now()))
}

// examineData looks whether the data folder is one that we may write to.
func examineData(c config.Config) Finding {
	f := Finding{What: "data folder", Good: c.Data}
	info, err := os.Stat(c.Data)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		f.Good += ": " + toCome
	case err != nil:
		f.Err = err
	case !info.IsDir():
		f.Err = fmt.Errorf("%s is not a folder", c.Data)
	default:
		f.Err = writable(filepath.Join(c.Data, "lock"))
	}
	return f
}

// writable reports whether a file can be written to, if it is there.
func writable(file string) error {
	f, err := os.OpenFile(file, os.O_RDWR, 0) //nolint:gosec // the operator's own folder
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return f.Close()
}

func examineDatabase(ctx context.Context, c config.Config, log *slog.Logger) []Finding {
	f := Finding{What: "database"}
	if file, ok := strings.CutPrefix(c.DatabaseURL, "sqlite:"); ok {
		if _, err := os.Stat(strings.TrimPrefix(file, "//")); errors.Is(err, fs.ErrNotExist) {
			f.Good = "sqlite: " + toCome
			return []Finding{f}
		}
	}
	d, err := db.Open(ctx, c.DatabaseURL, log)
	if err != nil {
		f.Err = err
		return []Finding{f}
	}
	defer d.Close()                                // only looked at
	if _, err := db.LastFact(ctx, d); err != nil { // counting would make the table of migrations
		f.Good = d.Engine() + ", without tables; the first start makes them"
		return []Finding{f}
	}
	pending, err := d.Pending(ctx, schema.Files)
	f.Good, f.Err = d.Engine()+", up to date", err
	if err == nil && pending > 0 {
		f.Good = fmt.Sprintf("%s, %d migrations to come at the next start", d.Engine(), pending)
	}
	return []Finding{f, examineJobs(ctx, d)}
}

// shownJobs bounds how much work that was given up is named.
const shownJobs = 10

// examineJobs looks for work of the installation that was given up. That of a tenant is shown to its administrators.
func examineJobs(ctx context.Context, d *db.DB) Finding {
	f := Finding{What: "jobs", Good: "none of the installation was given up"}
	dead, err := job.DeadOfInstallation(ctx, d, shownJobs)
	f.Err = err
	for _, j := range dead {
		f.Err = errors.Join(f.Err, fmt.Errorf("%s was given up at %s: %s", j.Kind, j.FinishedAt.Format(time.RFC3339), j.LastError))
	}
	return f
}

func examineFiles(ctx context.Context, c config.Config) Finding {
	f := Finding{What: "files", Good: "the store opens"}
	if c.S3URL != "" {
		_, f.Err = blob.OpenS3(ctx, c.S3URL)
		return f
	}
	info, err := os.Stat(c.BlobDir())
	switch {
	case errors.Is(err, fs.ErrNotExist):
		f.Good = toCome
	case err != nil:
		f.Err = err
	case !info.IsDir():
		f.Err = fmt.Errorf("%s is not a folder", c.BlobDir())
	}
	return f
}

func examineSecrets(c config.Config) Finding {
	f := Finding{What: "secrets", Good: "the key file can be read"}
	if _, err := os.Stat(c.SecretFile); errors.Is(err, fs.ErrNotExist) {
		f.Good = toCome
		return f
	}
	_, f.Err = secret.LoadFile(c.SecretFile)
	return f
}

// examineBus looks whether other nodes can be reached.
func examineBus(ctx context.Context, c config.Config, log *slog.Logger) Finding {
	f := Finding{What: "NATS", Good: "not used: this is the only node"}
	if c.NATSURL == "" {
		return f
	}
	b := bus.New(bus.Config{URL: c.NATSURL, Name: "zongler doctor"}, log)
	if f.Err = b.Start(ctx); f.Err != nil {
		return f
	}
	f.Good = "the cluster answers"
	if !b.Connected() {
		f.Err = errors.New("the cluster cannot be reached: check nats_url")
	}
	f.Err = errors.Join(f.Err, b.Stop(ctx))
	return f
}

// examineScanner looks whether files can be looked into.
func examineScanner(ctx context.Context, c config.Config) Finding {
	f := Finding{What: "scanner", Good: "none: files are stored as they are"}
	if c.ScannerURL == "" {
		return f
	}
	daemon, err := clamd.New(c.ScannerURL)
	if err == nil {
		err = daemon.Ping(ctx)
	}
	f.Good, f.Err = "clamd answers", err
	return f
}

// examineCalendars looks whether the days are known that Hungary moves in this year
// and the next: whoever updates the program in time has them.
func examineCalendars(now time.Time) Finding {
	f := Finding{What: "calendars", Good: "the moved working days of Hungary are known for this year and the next"}
	missing, due := calendar.MissingMoves(now)
	if len(missing) == 0 {
		return f
	}
	years := strings.Trim(fmt.Sprint(missing), "[]")
	f.Good = "the moved working days of Hungary are not known yet for " + years
	if due {
		f.Warning = f.Good + ": update the program, or enter them as exceptions of Hungarian calendars"
	}
	return f
}
