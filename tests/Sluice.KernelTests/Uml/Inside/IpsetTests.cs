using Sluice.KernelTests.Netlink;
using Xunit;

namespace Sluice.KernelTests.Uml.Inside;

/// <summary>What the tests of sets claim, on a kernel that has every type.</summary>
public sealed class IpsetTests(ITestOutputHelper output)
{
    [UmlFact]
    public void Random_sets_of_every_type_are_the_same_through_netlink_and_through_ipset()
    {
        var told = SetComparison.Run(20);
        output.WriteLine(told);
        Assert.EndsWith($"types {string.Join(' ', RandomSets.Types)}", told, StringComparison.Ordinal);
    }
}
