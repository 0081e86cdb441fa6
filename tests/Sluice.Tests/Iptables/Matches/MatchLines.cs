namespace Sluice.Tests.Iptables.Matches;

/// <summary>
/// The golden files of match modules: what iptables 1.8.9 printed of each rule, as iptables-save does, in a listing with -n and,
/// where that differs, in one without. "~" says why no listing tells the whole rule, "~L" why one without -n does not.
/// </summary>
internal static class MatchLines
{
    public static IReadOnlyList<MatchLine> V4 { get; } = Read("ipv4.txt");

    public static IReadOnlyList<MatchLine> V6 { get; } = Read("ipv6.txt");

    private static List<MatchLine> Read(string file)
    {
        var lines = new List<MatchLine>();
        foreach (var text in File.ReadAllLines(Path.Combine(Folder(), file)))
        {
            if (text.Length == 0 || text[0] == '#')
            {
                continue;
            }

            if (text[0] == '-')
            {
                lines.Add(new MatchLine(text));
                continue;
            }

            lines[^1] = text[..4] switch
            {
                "  -n" => lines[^1] with { Numeric = text[4..].TrimStart() },
                "  -L" => lines[^1] with { Named = text[4..].TrimStart() },
                "  ~ " => lines[^1] with { Loss = text[4..], NamedLoss = text[4..] },
                "  ~L" => lines[^1] with { NamedLoss = text[4..].TrimStart() },
                _ => throw new FormatException($"{file}: '{text}'"),
            };
        }

        return lines;
    }

    private static string Folder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Sluice.slnx")))
            {
                return Path.Combine(folder.FullName, "tests", "Sluice.Tests", "Iptables", "Matches", "Golden");
            }
        }

        throw new DirectoryNotFoundException("Sluice.slnx is above no parent of " + AppContext.BaseDirectory);
    }
}

/// <summary>One rule of a golden file.</summary>
/// <param name="Save">The words of the rule before its target, as iptables-save prints them.</param>
internal sealed record MatchLine(string Save)
{
    /// <summary>The words of a listing with -n, without its columns; null when it was not captured.</summary>
    public string? Numeric { get; init; }

    /// <summary>The words of a listing without -n, where they differ.</summary>
    public string? Named { get; init; }

    /// <summary>Why a listing does not tell the whole rule; null when it does.</summary>
    public string? Loss { get; init; }

    /// <summary>Why a listing without -n does not; null when it does.</summary>
    public string? NamedLoss { get; init; }

    /// <summary>The protocol of the rule, as save prints it.</summary>
    public string Protocol => Save.StartsWith("-p ", StringComparison.Ordinal) ? Save.Split(' ')[1] : "all";

    public override string ToString() => Save;
}
