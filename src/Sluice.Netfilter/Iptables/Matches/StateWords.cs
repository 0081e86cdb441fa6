using System.Text;
using Sluice.Net;

namespace Sluice.Netfilter.Iptables.Matches;

/// <summary>How rules name connection states: <c>RELATED,ESTABLISHED</c>, in the order xt_conntrack prints them.</summary>
internal static class StateWords
{
    private static readonly (ConnectionState State, string Name)[] s_names =
    [
        (ConnectionState.Invalid, "INVALID"), (ConnectionState.New, "NEW"), (ConnectionState.Related, "RELATED"),
        (ConnectionState.Established, "ESTABLISHED"), (ConnectionState.Untracked, "UNTRACKED"),
        (ConnectionState.Snat, "SNAT"), (ConnectionState.Dnat, "DNAT"),
    ];

    public static bool TryParse(ReadOnlySpan<byte> text, out ConnectionState states)
    {
        states = ConnectionState.None;
        foreach (var range in text.Split((byte)','))
        {
            var word = Encoding.ASCII.GetString(text[range]);
            var found = Array.Find(s_names, n => n.Name.Equals(word, StringComparison.OrdinalIgnoreCase));
            if (found.Name is null)
            {
                return false;
            }

            states |= found.State;
        }

        return true;
    }

    public static ConnectionState Take(ref OptionReader option)
    {
        if (!TryParse(option.Word(), out var states))
        {
            option.Fail();
        }

        return states;
    }

    public static string Format(ConnectionState states) =>
        string.Join(',', s_names.Where(n => states.HasFlag(n.State)).Select(n => n.Name));
}
