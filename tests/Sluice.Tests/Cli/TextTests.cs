using System.Text;
using System.Text.Json;
using Sluice.Output;
using Xunit;
using YamlDotNet.RepresentationModel;

namespace Sluice.Tests.Cli;

/// <summary>How text is cut, counted and quoted.</summary>
public sealed class TextTests
{
    [Theory]
    [InlineData("yes")]
    [InlineData("0x10")]
    [InlineData("1e3")]
    [InlineData("12:30:45")]
    [InlineData("2026-01-01")]
    [InlineData("")]
    [InlineData(" lead and trail ")]
    [InlineData("a: b # c")]
    [InlineData("- item")]
    [InlineData("@at `tick` %percent &and *star !bang |pipe >more")]
    [InlineData("two\nlines\ttab \"quotes\" 'single' \\ back")]
    [InlineData("\u0007 bell, é, 世界")]
    [InlineData("null")]
    public void Any_text_stays_that_text_in_yaml(string text)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string>(StringComparer.Ordinal) { ["key"] = text });
        using var output = new StringWriter();
        Yaml.Write(output, json);
        var stream = new YamlStream();
        stream.Load(new StringReader(output.ToString()));
        var value = Assert.IsType<YamlScalarNode>(((YamlMappingNode)stream.Documents[0].RootNode).Children[new YamlScalarNode("key")]);
        Assert.Equal(text, value.Value);
        Assert.True(value.Style != YamlDotNet.Core.ScalarStyle.Plain || !double.TryParse(text, out _), output.ToString());
    }

    [Theory]
    [InlineData(0, "0%", "")]
    [InlineData(1, "100%", "████████")]
    [InlineData(0.5, "50.000%", "████")]
    [InlineData(0.0001, "0.01%", "▏")]
    [InlineData(1.0 / 7, "14.286%", "█▏")]
    public void A_share_is_a_number_and_a_bar(double share, string percent, string bar)
    {
        Assert.Equal(percent, TextLayout.Percent(share));
        Assert.Equal(bar.PadRight(8, '·'), TextLayout.Bar(share, 8));
    }

    [Theory]
    [InlineData(new[] { 1, 2, 3, 5 }, "1-3, 5")]
    [InlineData(new[] { 7 }, "7")]
    [InlineData(new int[0], "")]
    public void Numbers_become_ranges(int[] numbers, string text) => Assert.Equal(text, TextLayout.Ranges(numbers));

    [Theory]
    [InlineData("-s 10.0.0.0/8 -j ACCEPT", 40, "-s 10.0.0.0/8 -j ACCEPT")]
    [InlineData("-p tcp -m comment --comment \"a/b: a long remark\" -m tcp --dport 80 -j KUBE-SVC-X", 60, "-p tcp /* a/b: … */ -m tcp --dport 80 -j KUBE-SVC-X")]
    [InlineData("-p tcp -m comment --comment \"a/b: a long remark\" -m tcp --dport 80 -j KUBE-SVC-X", 40, "-p tcp -m tcp --dport 80 -j KUBE-SVC-X")]
    [InlineData("-m comment --comment plain -m mark --mark 0x1/0x1 -m this --that --and more -j DROP", 40, "-m mark --mark 0x1/0x1 -m this… -j DROP")]
    [InlineData("ACCEPT all -- 0.0.0.0/0 0.0.0.0/0 /* remark */", 20, "ACCEPT all -- 0.0.0…")]
    public void A_rule_keeps_its_target_when_it_is_cut(string rule, int width, string text)
    {
        var cut = TextLayout.FitRule(rule, width);
        Assert.True(cut.Length <= width, cut);
        Assert.StartsWith(text[..12], cut, StringComparison.Ordinal);
        Assert.EndsWith(text[^6..], cut, StringComparison.Ordinal);
    }

    [Fact]
    public void Sentences_are_wrapped_without_losing_a_word()
    {
        const string Sentence = "one two three four five six seven eight nine ten eleven twelve";
        var lines = TextLayout.Wrap(Sentence, 20).ToList();
        Assert.All(lines, line => Assert.True(line.Length <= 20, line));
        Assert.Equal(Sentence, string.Join(' ', lines));
        Assert.Equal(40, Encoding.UTF8.GetByteCount(string.Concat(TextLayout.Wrap(new string('x', 40), 15))));
    }
}
