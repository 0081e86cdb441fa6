namespace Sluice.Linux.Ipvs;

/// <summary>What the kernel was sent.</summary>
/// <param name="Sends">How often: each is one system call and one wait.</param>
/// <param name="Messages">How many messages of netlink.</param>
/// <param name="Entries">How many entries of sets are in those messages.</param>
public readonly record struct IpvsTraffic(int Sends, int Messages, int Entries)
{
    /// <summary>Both together.</summary>
    public static IpvsTraffic operator +(IpvsTraffic left, IpvsTraffic right) =>
        new(left.Sends + right.Sends, left.Messages + right.Messages, left.Entries + right.Entries);
}
