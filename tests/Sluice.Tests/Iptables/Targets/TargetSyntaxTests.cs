using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Matches;
using Xunit;

namespace Sluice.Tests.Iptables.Targets;

public class TargetSyntaxTests
{
    public static TheoryData<string> Saves => [.. TargetCases.All.Select(c => c.Save).Distinct()];

    [Theory]
    [MemberData(nameof(Saves))]
    public void A_saved_rule_is_read_into_types_and_written_as_it_was(string save)
    {
        var rule = OneRule.Saved(save);

        Assert.DoesNotContain(rule.Parts, p => p is Verdict.Unknown or UnknownMatch or Verdict.Jump);
        Assert.Equal(save, OneRule.Written(rule));
        Assert.Equal(rule, OneRule.Saved(OneRule.Written(rule)));
    }

    [Theory]
    [MemberData(nameof(Saves))]
    public void A_listed_rule_is_the_saved_rule(string save)
    {
        foreach (var known in TargetCases.All.Where(c => c.Save == save))
        {
            var protocol = save.StartsWith("-p ", StringComparison.Ordinal) ? save.Split(' ')[1] : "0";
            var target = known.Target == "NOTRACK" ? "CT" : known.Target;
            Assert.Equal(save, OneRule.Written(OneRule.Listed(target, protocol, known.Listed, known.Families[^1])));
        }
    }

    public static TheoryData<string, string> Spellings =>
        new(TargetCases.All.SelectMany(c => c.Spellings.Select(s => (s, c.Save))));

    [Theory]
    [MemberData(nameof(Spellings))]
    public void Another_spelling_means_the_same(string spelling, string save) => Assert.Equal(OneRule.Saved(save), OneRule.Saved(spelling));

    [Theory]
    [InlineData("LOG level warning tcp-options prefix `x '", "-j LOG --log-prefix \"x \" --log-tcp-options")]
    [InlineData("LOG flags 0 level 4 prefix `x'", "-j LOG --log-prefix x")]
    [InlineData("LOG flags 2 level 7 prefix \"say /* no */ \"", "-j LOG --log-prefix \"say /* no */ \" --log-level 7 --log-tcp-options")]
    public void Older_listings_of_LOG_are_read(string words, string save) =>
        Assert.Equal(save, OneRule.Written(OneRule.Listed("LOG", "all", words)));

    [Fact]
    public void An_old_listing_has_NOTRACK_as_a_target() =>
        Assert.Equal("-j NOTRACK", OneRule.Written(OneRule.Listed("NOTRACK", "all", "")));

    [Theory]
    [InlineData("-p tcp -j DNAT --to-destination :0 --persistent", "--to-destination :0 --persistent")]
    [InlineData("-p tcp -j DNAT --to-destination :0 --persistent --to-destination :0 --persistent --to-destination 0.0.0.0 --persistent",
        "--to-destination :0 --persistent --to-destination :0 --persistent --to-destination 0.0.0.0 --persistent")]
    [InlineData("-j DNAT [unsupported revision]", "[unsupported revision]")]
    [InlineData("-j DNAT --to-destination 10.0.0.1 --to-destination 10.0.0.2", "--to-destination 10.0.0.1 --to-destination 10.0.0.2")]
    [InlineData("-j DNAT --to-destination 10.0.0.1:80-", "--to-destination 10.0.0.1:80-")]
    public void A_translation_mangled_by_another_version_is_unknown(string save, string text)
    {
        var rule = OneRule.Saved(save);

        Assert.Equal(new Verdict.Unknown("DNAT", text), rule.Verdict);
        Assert.Equal(save, OneRule.Written(rule));
    }

    [Theory]
    [InlineData("[unsupported revision]", "[unsupported revision]")]
    [InlineData("to::0 persistent", "")]
    public void A_listed_translation_mangled_by_another_version_is_unknown(string words, string text)
    {
        var rule = OneRule.Listed("DNAT", "tcp", words);

        Assert.Equal(new Verdict.Unknown("DNAT", text), rule.Verdict);
        Assert.Equal(rule, OneRule.Saved(OneRule.Written(rule)));
    }

    [Fact]
    public void A_transparent_proxy_needs_no_address()
    {
        var rule = OneRule.Saved("-p tcp -j TPROXY --on-port 15001 --tproxy-mark 0x1");

        Assert.Equal(new Verdict.TransparentProxy(15001, null, MaskedValue.Exactly(1)), rule.Verdict);
        Assert.Equal(rule, OneRule.Saved(OneRule.Written(rule)));
    }
}
