using System.Text;

namespace Sluice.Dataplane.Diff;

/// <summary>
/// Takes the output of iptables-save as it comes, in pieces of any size, and hands it on line by line; nothing is kept but the line
/// that is not yet whole.
/// </summary>
internal sealed class SaveStream(ISaveSink sink)
{
    private byte[] _rest = new byte[4096];
    private int _length;
    private bool _isInTable;

    /// <summary>The next piece.</summary>
    public void Feed(ReadOnlySpan<byte> piece)
    {
        while (piece.IndexOf((byte)'\n') is >= 0 and var end)
        {
            if (_length == 0)
            {
                Line(piece[..end]);
            }
            else
            {
                Keep(piece[..end]);
                Line(_rest.AsSpan(0, _length));
                _length = 0;
            }

            piece = piece[(end + 1)..];
        }

        Keep(piece);
    }

    /// <summary>There is no more. A last line without an end is not read: it may have been cut.</summary>
    public void Finish() => EndTable(isWhole: false);

    private void Keep(ReadOnlySpan<byte> piece)
    {
        if (_rest.Length < _length + piece.Length)
        {
            Array.Resize(ref _rest, Math.Max(_rest.Length * 2, _length + piece.Length));
        }

        piece.CopyTo(_rest.AsSpan(_length));
        _length += piece.Length;
    }

    private void Line(ReadOnlySpan<byte> line)
    {
        line = line.TrimEnd((byte)'\r');
        if (line.IsEmpty)
        {
            return;
        }

        if (line[0] == '*')
        {
            EndTable(isWhole: false);
            _isInTable = true;
            sink.BeginTable(Encoding.UTF8.GetString(line[1..]));
        }
        else if (line.SequenceEqual("COMMIT"u8))
        {
            EndTable(isWhole: true);
        }
        else if (_isInTable)
        {
            InTable(line);
        }
        else if (line.StartsWith("# Table `"u8) && line.IndexOf("is incompatible, use 'nft'"u8) is > 0 and var at)
        {
            // iptables-nft meets rules that it cannot show, and then shows none of the table.
            sink.BeginTable(Encoding.UTF8.GetString(line["# Table `".Length..at].TrimEnd(" '"u8)));
            sink.EndTable(isWhole: false);
        }
    }

    private void InTable(ReadOnlySpan<byte> line)
    {
        if (line[0] == ':')
        {
            sink.DeclareChain(Word(line[1..], out _));
            return;
        }

        // Counters, with iptables-save -c.
        if (line[0] == '[' && line.IndexOf("] "u8) is > 0 and var end)
        {
            line = line[(end + 2)..];
        }

        if (line.StartsWith("-A "u8))
        {
            var chain = Word(line[3..], out var options);
            sink.AddRule(chain, options);
        }
    }

    private void EndTable(bool isWhole)
    {
        if (_isInTable)
        {
            _isInTable = false;
            sink.EndTable(isWhole);
        }
    }

    private static ReadOnlySpan<byte> Word(ReadOnlySpan<byte> text, out ReadOnlySpan<byte> rest)
    {
        var end = text.IndexOf((byte)' ');
        rest = end < 0 ? default : text[(end + 1)..];
        return end < 0 ? text : text[..end];
    }
}
