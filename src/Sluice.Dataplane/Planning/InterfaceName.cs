using System.Buffers;

namespace Sluice.Dataplane.Planning;

/// <summary>Tells which texts may stand for an interface in a rule.</summary>
public static class InterfaceName
{
    // IFNAMSIZ of linux/if.h, less the terminating zero.
    private const int Longest = 15;

    // Fewer than Linux takes, but all that anyone uses, and none that means something in a rule.
    private static readonly SearchValues<char> s_characters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.@:");

    /// <summary>Whether a text may be an interface's name, or its beginning (which a <c>+</c> follows in a rule).</summary>
    public static bool IsValid(string name, bool isPrefix = false) =>
        name.Length > 0 && name.Length <= Longest - (isPrefix ? 1 : 0) && name[0] != '-' && name.AsSpan().IndexOfAnyExcept(s_characters) < 0;
}
