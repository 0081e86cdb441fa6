using Sluice.Net;
using Sluice.Netfilter.Rules.Expressions;
using Sluice.Netfilter.Rules.Sets;

namespace Sluice.Linux.Netlink.Nftables.Live;

/// <summary>The registers of a rule while its expressions are read: 16 of four bytes each.</summary>
internal sealed class RegisterFile
{
    private const int Count = 16;

    private readonly Register?[] _registers = new Register?[Count];

    internal void Clear() => Array.Clear(_registers);

    /// <summary>What begins in a register; null when nothing does.</summary>
    internal Register? this[uint number]
    {
        get => Index(number) is var index && index >= 0 ? _registers[index] : null;
        set
        {
            if (Index(number) is var index && index >= 0 && value is not null)
            {
                Array.Clear(_registers, index, Math.Clamp(value.Width, 1, Count - index));
                _registers[index] = value;
            }
        }
    }

    /// <summary>What begins in a register and goes on in those behind it, up to a number of bytes: one value, or several concatenated.</summary>
    internal NftExpression? Take(uint number, int bytes)
    {
        var parts = new List<NftExpression>();
        var index = Index(number);
        for (var rest = bytes; rest > 0 && index is >= 0 and < Count;)
        {
            if (_registers[index] is not { } register)
            {
                return null;
            }

            parts.Add(register.Expression ?? new NftExpression.Unknown($"0x{Convert.ToHexStringLower(register.Constant ?? [])}"));
            index += Math.Max(register.Width, 1);
            rest -= NftValue.Padded(register.Bytes);
        }

        return parts.Count switch
        {
            0 => null,
            1 => parts[0],
            _ => new NftExpression.Concatenation(parts.ToEquatableArray()),
        };
    }

    /// <summary>Where a register lies; -1 for none. The kernel numbers those of 16 bytes from 1, those of 4 from 8.</summary>
    internal static int Index(uint number) => number switch
    {
        >= 1 and <= 4 => (int)(number - 1) * 4,
        >= Nft.NFT_REG32_00 and <= Nft.NFT_REG32_15 => (int)(number - Nft.NFT_REG32_00),
        _ => -1,
    };
}
