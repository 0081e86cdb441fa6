using Sluice.Netfilter.Rules.Expressions;
using Sluice.Netfilter.Rules.Sets;

namespace Sluice.Netfilter.Nftables.Reading;

/// <summary>Reads what a rule looks into: a set of the table, or one of its own.</summary>
internal sealed class SetReferenceReader(NftTokens tokens, SetElementReader elements, StringCache strings)
{
    public bool IsNext => tokens.Kind == NftTokenKind.Reference || tokens.Is("{"u8);

    /// <summary>Reads <c>@name</c> or <c>{ ... }</c>; null when it is not understood.</summary>
    /// <param name="key">The type of the keys; null when it is not known, and then only a name is understood.</param>
    /// <param name="data">What the keys stand for; null in a set.</param>
    public NftSetReference? Read(NftKeyType? key, NftKeyType? data)
    {
        if (tokens.Kind == NftTokenKind.Reference)
        {
            var named = new NftSetReference.Named(strings.Get(tokens.Text));
            tokens.Advance();
            return named;
        }

        var list = new List<SetElement>();
        elements.AllowsFirstPartOnly = true;
        var isRead = key is not null && elements.TryReadAll(key, data, list);
        elements.AllowsFirstPartOnly = false;
        if (key is null || !isRead)
        {
            return null;
        }

        if (data is { Parts.Count: 2 } && list.Exists(e => e.Data?.Length < data.Bytes))
        {
            if (!list.TrueForAll(e => e.Data?.Length < data.Bytes))
            {
                return null;
            }

            // An address without a port.
            data = new NftKeyType([data.Parts[0]]);
        }

        return new NftSetReference.Anonymous(new NftSet("", key, SetElementReader.Sorted(list)) { Data = data });
    }
}
