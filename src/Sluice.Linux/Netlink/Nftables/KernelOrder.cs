using Sluice.Netfilter.Rules.Sets;

namespace Sluice.Linux.Netlink.Nftables;

/// <summary>The order of bytes in the kernel: marks, numbers and times are in the machine's, all else has the most significant byte first.</summary>
internal static class KernelOrder
{
    /// <summary>Turns a value from the model's order to the kernel's, or back.</summary>
    internal static void Turn(Span<byte> value, NftType type)
    {
        if (type.IsHostEndian && BitConverter.IsLittleEndian)
        {
            value.Reverse();
        }
    }

    /// <summary>Turns a value from the model's order to the kernel's, or back, part by part.</summary>
    internal static void Turn(Span<byte> value, NftKeyType type)
    {
        var parts = type.Parts.Span;
        if (parts.Length == 1)
        {
            Turn(value, parts[0]);
            return;
        }

        foreach (var part in parts)
        {
            if (value.Length < part.Bytes)
            {
                return;
            }

            Turn(value[..part.Bytes], part);
            value = value[Math.Min(NftValue.Padded(part.Bytes), value.Length)..];
        }
    }
}
