// Command bench measures gohap beside haproxy and nginx: the same work, the same
// backend, the same load, in interleaved rounds (haproxy, nginx, gohap, haproxy, …),
// so that a noisy machine disturbs all alike. It installs nothing: haproxy, nginx,
// wrk and h2load must be there; nginx relays TCP where its stream module is. For
// every workload it prints rate, CPU time of the proxy, latencies and memory as
// medians with their spread, and at the end the ratios beside what they should be.
//
//	go run ./testdata/bench                     everything, five rounds of two seconds
//	go run ./testdata/bench --quick             most of it, within three minutes
//	go run ./testdata/bench -run tls            the rows whose key or name has "tls"
//	go run ./testdata/bench -list               the keys and names of all rows
//	go run ./testdata/bench --cores 1,2,4       how the rate grows with the cores
//	go run ./testdata/bench -gohap ./old,./new  two builds of gohap beside each other
package main

import (
	"flag"
	"fmt"
	"log"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// options are the command line.
type options struct {
	quick, list bool
	only        string
	gohap       string
	without     string
	cores       string
	rounds      int
	duration    time.Duration
}

func main() {
	begun := time.Now()
	var o options
	flag.BoolVar(&o.quick, "quick", false, "a choice of rows and short rounds; ends within three minutes")
	flag.BoolVar(&o.list, "list", false, "print the rows and end")
	flag.StringVar(&o.only, "run", "", "run only the rows whose key or name contains this")
	flag.StringVar(&o.gohap, "gohap", "", "measure these programs, divided by commas, instead of building one")
	flag.StringVar(&o.without, "without", "", "leave these programs out, divided by commas; haproxy is needed")
	flag.StringVar(&o.cores, "cores", "", "numbers of cores, divided by commas: print the scaling curve")
	flag.IntVar(&o.rounds, "rounds", 0, "rounds of each row (5, with --quick 3)")
	flag.DurationVar(&o.duration, "time", 0, "length of a round (2s, with --quick 400ms)")
	flag.Parse()
	log.SetFlags(0)
	if o.rounds == 0 {
		o.rounds = 5
		if o.quick {
			o.rounds = 3
		}
	}
	if o.duration == 0 {
		o.duration = 2 * time.Second
		if o.quick {
			o.duration = 400 * time.Millisecond
		}
	}
	if err := measure(begun, &o); err != nil {
		log.Fatal(err)
	}
}

func measure(begun time.Time, o *options) error {
	if o.list {
		list()
		return nil
	}
	for _, name := range []string{"haproxy", "nginx", "wrk", "h2load"} {
		if _, err := exec.LookPath(name); err != nil {
			return err
		}
	}
	dir, err := os.MkdirTemp("", "gohap-bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	b := &bench{dir: dir, options: o}
	if o.quick {
		b.until = begun.Add(110 * time.Second)
	}
	defer b.stop()
	interrupted := make(chan os.Signal, 1)
	signal.Notify(interrupted, os.Interrupt, syscall.SIGTERM)
	go func() {
		<-interrupted
		b.stop()
		os.RemoveAll(dir)
		os.Exit(1)
	}()
	if o.gohap == "" {
		if o.gohap, err = build(dir); err != nil {
			return err
		}
	}
	if err := b.start(); err != nil {
		return err
	}
	if o.cores != "" {
		return b.curve()
	}
	return b.table()
}

// build makes gohap as it is delivered.
func build(dir string) (string, error) {
	program := filepath.Join(dir, "gohap")
	cmd := exec.Command("go", "build", "-o", program, "gohap/cmd/gohap")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	cmd.Stderr = os.Stderr
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("building gohap: %w", err)
	}
	return program, nil
}

// list prints what -run chooses from.
func list() {
	for _, w := range workloads() {
		fmt.Printf("%-20s %s\n", w.key, w.name)
	}
	for _, f := range figures() {
		fmt.Printf("%-20s %s\n", f.key, f.name)
	}
}

// chosen tells whether -run asks for a row.
func (o *options) chosen(key, name string) bool {
	only := strings.ToLower(o.only)
	return strings.Contains(key, only) || strings.Contains(strings.ToLower(name), only)
}
