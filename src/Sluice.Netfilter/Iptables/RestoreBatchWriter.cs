using System.Buffers;
using System.Diagnostics;
using System.Text;

namespace Sluice.Netfilter.Iptables;

/// <summary>Writes changes as input of <c>iptables-restore --noflush</c> (or ip6tables-restore), and finds a line of it again.</summary>
public static class RestoreBatchWriter
{
    private static readonly SearchValues<char> s_noWord = SearchValues.Create(" \t\r\n\"'\0");

    private static readonly SearchValues<char> s_noLine = SearchValues.Create("\r\n\0");

    /// <summary>Writes a batch as UTF-8.</summary>
    /// <exception cref="ArgumentException">A name is not one word, or a rule not one line.</exception>
    public static void Write(RestoreBatch batch, IBufferWriter<byte> output)
    {
        foreach (var table in batch.Tables)
        {
            for (var i = 0; i < CountLines(table); i++)
            {
                Encoding.UTF8.GetBytes(LineOf(table, i).Text, output);
                output.Write("\n"u8);
            }
        }
    }

    /// <summary>A batch as text.</summary>
    /// <exception cref="ArgumentException">A name is not one word, or a rule not one line.</exception>
    public static string Write(RestoreBatch batch)
    {
        var output = new ArrayBufferWriter<byte>();
        Write(batch, output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    /// <summary>The line of a batch by its number, from 1, as iptables-restore tells where it failed; null when there is none.</summary>
    public static RestoreLine? FindLine(RestoreBatch batch, int number)
    {
        var index = number - 1;
        foreach (var table in batch.Tables)
        {
            if (index >= 0 && index < CountLines(table))
            {
                return LineOf(table, index);
            }

            index -= CountLines(table);
        }

        return null;
    }

    private static int CountLines(TableChanges table) => table.Emptied.Count + table.Commands.Count + table.Removed.Count + 2;

    private static RestoreLine LineOf(TableChanges table, int index)
    {
        if (index == 0)
        {
            return new RestoreLine(table.Table, Chain: null, "*" + Word(table.Table));
        }

        index--;
        if (index < table.Emptied.Count)
        {
            return new RestoreLine(table.Table, table.Emptied[index], $":{Word(table.Emptied[index])} - [0:0]");
        }

        index -= table.Emptied.Count;
        if (index < table.Commands.Count)
        {
            return new RestoreLine(table.Table, table.Commands[index].Chain, Text(table.Commands[index]));
        }

        index -= table.Commands.Count;
        return index < table.Removed.Count
            ? new RestoreLine(table.Table, table.Removed[index], $"-X {Word(table.Removed[index])}")
            : new RestoreLine(table.Table, Chain: null, "COMMIT");
    }

    private static string Text(RestoreCommand command) => command.Verb switch
    {
        RestoreVerb.Append => $"-A {Word(command.Chain)} {Line(command.Rule)}",
        RestoreVerb.Insert => $"-I {Word(command.Chain)} {command.Position} {Line(command.Rule)}",
        RestoreVerb.Delete => $"-D {Word(command.Chain)} {Line(command.Rule)}",
        _ => throw new UnreachableException(),
    };

    private static string Word(string name) => name.Length > 0 && name[0] != '-' && name.AsSpan().IndexOfAny(s_noWord) < 0
        ? name
        : throw new ArgumentException($"not one word: '{Uri.EscapeDataString(name)}'", nameof(name));

    private static string Line(string rule) => rule.AsSpan().IndexOfAny(s_noLine) < 0
        ? rule
        : throw new ArgumentException($"not one line: '{Uri.EscapeDataString(rule)}'", nameof(rule));
}
