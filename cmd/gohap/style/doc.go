// Package style holds the tests of the repository itself: that packages import
// downwards only, that files are formatted and of a readable size, and that the
// README tells the truth.
package style
