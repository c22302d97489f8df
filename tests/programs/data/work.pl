# Fixture of perl.sh.
use strict;
use warnings;

my (%h, @rows);
my $x = 42;
for my $i (1 .. 60000) {
	$x = ($x * 1103515245 + 12345) % 2147483648;
	my $k = "key" . $x % 4099;
	push @{ $h{$k} }, $i;
	push @rows, { id => $i, k => $k, v => $x } if $i % 3 == 0;
}
printf "%d keys\n", scalar keys %h;
my ($sum, $n) = (0, 0);
for my $k (sort keys %h) { $sum += $_ * ++$n % 1009 for @{ $h{$k} } }
print "sum $sum\n";
@rows = sort { $a->{k} cmp $b->{k} || $b->{v} <=> $a->{v} } @rows;
print join(" ", map { "$_->{id}:$_->{k}" } @rows[0 .. 9]), "\n";

my $text = join "\n", map { "line $_ of the text, " . "x" x ($_ % 300) } 1 .. 5000;
my $words = () = $text =~ /\b(\w+)\b/g;
(my $t = $text) =~ s/(\d+)/$1 * 2/ge;
print "$words ", length $t, " ", unpack("%32C*", $t), "\n";
$text x= 20;
print length $text, "\n";

my @subs = map { my $n = $_; sub { $n += shift } } 1 .. 1000;
print $subs[999]->(5) + $subs[0]->(1), "\n";

for my $i (1 .. 4) {
	my $pid = fork // die "fork: $!";
	if (!$pid) {
		my @a = map { "child $i $_" } 1 .. 5000;
		%h = ();
		exit @a == 5000 ? $i : 99;
	}
	waitpid $pid, 0;
	print "child $i: ", $? >> 8, "\n";
}
open my $p, "-|", "echo from a pipe" or die;
print <$p>;
close $p;
eval { die { code => 17 } };
print "caught $@->{code}\n";
local $_ = pack "N*", 1 .. 100000;
print length, " ", unpack("%32N*", $_), "\n";
