namespace Sluice.KernelTests.Generation;

/// <summary>Text for comments that a careless reader takes for something else.</summary>
internal static class HostileText
{
    private static readonly string[] s_texts =
    [
        "default/web:http cluster IP", "plain", "x", "a \"quoted\" word", "back\\slash\\", "it's", "-j DROP", "! -s 10.0.0.0/8", "/* not the end */",
        "*/", "# remark", ":INPUT ACCEPT [0:0]", "COMMIT", "tab\there", "  two  blanks  ", "日本語のコメント", "\\\"", "\"", "'", "-m comment --comment \"x\"",
        "to:1.2.3.4:80", "[0:0] -A X", "%s%n$(id)`id`", "a;b|c&d", "ends with backslash \\", "--", "-", "!", "ü",
    ];

    public static string Next(Random random) => random.Chance(0.85)
        ? random.Pick(s_texts)
        : new string([.. Enumerable.Range(0, random.Between(1, 60)).Select(_ => (char)random.Between(33, 126))]);
}
