# Counts, sorts and joins words of 120,000 lines: what perl is used for.
use strict;
use warnings;

my ($state, %count, %lines, @all) = (12345);

for my $i (1 .. 120000) {
	$state = ($state * 1103515245 + 12345) % 2147483648;
	push @all, sprintf "user%d;%s;%d;note %x", $state % 5000,
		"x" x ($state % 60), $state % 977, $state;
}
for my $line (@all) {
	my ($user, $pad, $number, $note) = split /;/, $line;
	$count{$user} += $number;
	push @{$lines{$user}}, "$note:$pad";
}
my @order = sort { $count{$b} <=> $count{$a} || $a cmp $b } keys %count;
my $text = join "\n", map { "$_ $count{$_} " . join ",", @{$lines{$_}} } @order;
my $hits = () = $text =~ /note [0-9a-f]*7f/g;
(my $copy = $text) =~ s/note ([0-9a-f]+)/<$1>/g;
print length($text), " ", length($copy), " $hits $order[0]\n";
