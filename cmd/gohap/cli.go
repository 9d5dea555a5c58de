package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"gohap/cmd/gohap/manual"
)

// subcommands are what only gohap has: "gohap COMMAND". A command line of
// HAProxy's begins with an option and never gets here.
func subcommands() []*cli.Command {
	return []*cli.Command{
		{
			Name:  "version",
			Usage: "show the version",
			Action: func(c *cli.Context) error {
				_, err := fmt.Fprintf(c.App.Writer, "gohap %s, for configurations of HAProxy %s\n", gohapVersion, haproxyVersion)
				return err
			},
		},
		{
			Name:      "doc",
			Usage:     "describe a keyword: its syntax, where it may stand, and examples; all are listed without one",
			ArgsUsage: "[KEYWORD...]", SkipFlagParsing: true,
			Action: func(c *cli.Context) error {
				if c.NArg() == 0 {
					return manual.List(c.App.Writer)
				}
				known, err := manual.Describe(c.App.Writer, strings.Join(c.Args().Slice(), " "))
				if err == nil && !known {
					err = cli.Exit("", 1)
				}
				return err
			},
		},
		explainCommand(),
	}
}

func isSubcommand(word string) bool {
	return word == "help" || slices.ContainsFunc(subcommands(), func(c *cli.Command) bool { return c.HasName(word) })
}

func runSubcommand(argv []string, out, errs io.Writer) int {
	app := &cli.App{
		Name:      "gohap",
		Usage:     "a proxy engine for HAProxy's configuration files",
		Commands:  subcommands(),
		Writer:    out,
		ErrWriter: errs,
	}
	if err := app.Run(argv); err != nil {
		fmt.Fprintln(errs, err)
		return 1
	}
	return 0
}
