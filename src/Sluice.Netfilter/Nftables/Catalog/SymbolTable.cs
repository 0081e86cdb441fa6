using System.Globalization;
using System.Text;

namespace Sluice.Netfilter.Nftables.Catalog;

/// <summary>The names that nft has for the values of one type.</summary>
internal sealed class SymbolTable
{
    private readonly (byte[] Name, ulong Value)[] _symbols;

    /// <summary>Reads a table of names, each followed by its value; of several names for a value, nft writes the first.</summary>
    public SymbolTable(string table)
    {
        var words = table.Split((char[])[' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries);
        _symbols = [.. words.Chunk(2).Select(w => (Encoding.UTF8.GetBytes(w[0]), ulong.Parse(w[1], CultureInfo.InvariantCulture)))];
    }

    public bool TryFind(ReadOnlySpan<byte> name, out ulong value)
    {
        foreach (var symbol in _symbols)
        {
            if (name.SequenceEqual(symbol.Name))
            {
                value = symbol.Value;
                return true;
            }
        }

        value = 0;
        return false;
    }

    /// <summary>The name of a value; null when it has none.</summary>
    public string? NameOf(ulong value)
    {
        foreach (var symbol in _symbols)
        {
            if (symbol.Value == value)
            {
                return Encoding.UTF8.GetString(symbol.Name);
            }
        }

        return null;
    }
}
