using System.Text;
using System.Text.RegularExpressions;
using Sluice.Linux.Tools;
using Sluice.Net;
using Sluice.Netfilter.Rules;

namespace Sluice.Linux.Iptables;

/// <summary>Finds the iptables programs of a family in the network namespace of the calling thread.</summary>
internal static partial class IptablesDetector
{
    private static readonly TableBackend[] s_backends = [TableBackend.Nft, TableBackend.Legacy];

    internal static IptablesDetection Detect(IPFamily family, IptablesToolOptions options)
    {
        if (!OperatingSystem.IsLinux())
        {
            return new IptablesDetection.Unusable("rules can be written on a Linux node only: run this on one");
        }

        if (family == IPFamily.IPv6 && AbsenceOfIPv6() is { } reason)
        {
            return new IptablesDetection.FamilyAbsent(reason);
        }

        var name = Name(family);
        var installed = s_backends.Select(backend => Find(family, backend)).OfType<IptablesPrograms>().ToList();
        var plain = Find(family, TableBackend.Unknown);
        IptablesPrograms? programs;
        try
        {
            programs = options.Backend != TableBackend.Unknown
                ? installed.Append(plain).FirstOrDefault(p => p?.Backend == options.Backend)
                : installed.Count > 1 ? InUse(installed, plain) : plain ?? installed.FirstOrDefault();
        }
        catch (UnauthorizedAccessException)
        {
            // Only root may see which legacy tables there are.
            return new IptablesDetection.Unusable(NetworkPrivilege.Missing);
        }

        return programs switch
        {
            null when options.Backend != TableBackend.Unknown =>
                new IptablesDetection.Unusable($"{name} of the variant {Word(options.Backend)} is not installed here: install it, or choose the other") { IsMissing = true },
            null => new IptablesDetection.Unusable($"{name} is not installed here: install iptables {IptablesPrograms.Oldest} or newer") { IsMissing = true },
            _ when programs.Version < IptablesPrograms.Oldest =>
                new IptablesDetection.Unusable($"{programs.Command} is version {programs.Version}: install iptables {IptablesPrograms.Oldest} or newer"),
            _ => Try(programs, options),
        };
    }

    private static string Name(IPFamily family) => family == IPFamily.IPv4 ? "iptables" : "ip6tables";

    private static string Word(TableBackend backend) => backend == TableBackend.Nft ? "nft" : "legacy";

    private static string? AbsenceOfIPv6() =>
        !File.Exists("/proc/thread-self/net/if_inet6") ? "this kernel has no IPv6"
        : Sysctl.Read("net.ipv6.conf.all.disable_ipv6").Value == "1" ? "IPv6 is switched off here (net.ipv6.conf.all.disable_ipv6 is 1)"
        : null;

    /// <summary>The programs with the variant in their names, or (unknown) those without.</summary>
    private static IptablesPrograms? Find(IPFamily family, TableBackend backend)
    {
        var name = Name(family) + (backend == TableBackend.Unknown ? "" : "-" + Word(backend));
        if (SystemPrograms.Find(name) is not { } command || SystemPrograms.Find(name + "-restore") is not { } restore || SystemPrograms.Find(name + "-save") is not { } save)
        {
            return null;
        }

        // "iptables v1.8.9 (nf_tables)"; before 1.8 there is only legacy, and no word for it.
        var words = Encoding.UTF8.GetString(SystemTool.RunFile(command, ["-V"]).Output);
        return Version().Match(words) is { Success: true } match && System.Version.TryParse(match.Groups["version"].Value, out var version)
            ? new IptablesPrograms(family, words.Contains("nf_tables") ? TableBackend.Nft : TableBackend.Legacy, version, command, restore, save)
            : null;
    }

    /// <summary>Which variant others on the node use, as the wrapper in kube-proxy's image decides: rules in both would be a trap.</summary>
    private static IptablesPrograms InUse(List<IptablesPrograms> installed, IptablesPrograms? plain)
    {
        if (installed.Find(p => RulesInUse.HasKubeletChain(p.Backend)) is { } kubelets)
        {
            return kubelets;
        }

        var counts = installed.ConvertAll(p => RulesInUse.Count(p.Backend));
        return counts.Distinct().Count() > 1 ? installed[counts.IndexOf(counts.Max())] : plain ?? installed[0];
    }

    // Reads one chain: tells a missing privilege and a kernel without the table before the first rule is written.
    private static IptablesDetection Try(IptablesPrograms programs, IptablesToolOptions options)
    {
        var run = SystemTool.RunFile(programs.Command, ["-w", options.LockWaitSeconds, "-t", "nat", "-S", "POSTROUTING"]);
        return run.Succeeded ? new IptablesDetection.Found(new IptablesTools(programs, options))
            : run.Error.Contains("Permission denied") ? new IptablesDetection.Unusable(NetworkPrivilege.Missing)
            : new IptablesDetection.Unusable($"{programs.Command} cannot read the nat table ({run.Error}): repair that");
    }

    [GeneratedRegex(@"v(?<version>[0-9]+(\.[0-9]+){1,3})", RegexOptions.ExplicitCapture)]
    private static partial Regex Version();
}
