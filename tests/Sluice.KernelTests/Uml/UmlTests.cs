using Xunit;

namespace Sluice.KernelTests.Uml;

/// <summary>
/// Runs what needs a kernel with IPVS in User Mode Linux: every class that has tests with <see cref="UmlFactAttribute"/> or
/// <see cref="UmlTheoryAttribute"/> gets a boot of its own. To add tests, add a class to the folder <c>Inside</c>; a class should take less
/// than a minute. A test there may do as root what it likes but write outside of /run: networks, sysctls, programs of this machine, and
/// <c>dotnet</c> with <c>sluice.dll</c> beside this assembly. The lab's cluster works as anywhere; iptables is the legacy one, and there is
/// no nftables. Namespaces of its own keep a test apart from others of its class, and from the host where the host's kernel has IPVS and
/// runs it directly. With <see cref="WithoutModulesAttribute"/> a class has a kernel that lacks what it can.
/// </summary>
public sealed class UmlTests(ITestOutputHelper output)
{
    // Patience, not a measurement: a class takes a quarter of it on a machine that does nothing else.
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(4);

    public static TheoryData<string> Classes() =>
        new(typeof(UmlTests).Assembly.GetTypes().Where(t => UmlReport.MethodsOf(t).Any()).Select(t => t.FullName!).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Classes))]
    public async Task All_tests_of_a_class_pass_in_User_Mode_Linux(string testClass)
    {
        Assert.SkipWhen(UmlKernel.RunsTests, "this kernel has IPVS: these tests run on it directly");
        if (UserModeLinux.Unavailable() is { } reason)
        {
            Assert.Skip($"needs a kernel with IPVS, and {reason}");
        }

        var report = await UserModeLinux.RunAsync(typeof(UmlTests).Assembly.GetType(testClass)!, s_limit, TestContext.Current.CancellationToken);
        foreach (var line in report.Lines)
        {
            output.WriteLine(line);
        }

        Assert.True(report.Faults.Count == 0, string.Join("\n\n", report.Faults));
    }
}
