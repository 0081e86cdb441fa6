using System.Globalization;

namespace Sluice.Benchmarks;

/// <summary>The options of a verb that reads one file several times.</summary>
/// <param name="File">The file.</param>
/// <param name="Rounds">How often, at least once.</param>
internal sealed record FileAndRounds(string File, int Rounds)
{
    /// <summary>Reads <c>--file FILE [--rounds N]</c>; null when the words are others.</summary>
    public static FileAndRounds? Read(ReadOnlySpan<string> options, int usualRounds)
    {
        string? file = null;
        int rounds = usualRounds;
        for (; options is [var name, var value, ..]; options = options[2..])
        {
            bool known = name switch
            {
                "--file" => (file = value).Length > 0,
                "--rounds" => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out rounds) && rounds > 0,
                _ => false,
            };
            if (!known)
            {
                return null;
            }
        }

        return options.IsEmpty && file is not null ? new FileAndRounds(file, rounds) : null;
    }
}
