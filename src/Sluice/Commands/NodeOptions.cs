using System.CommandLine;
using Sluice.Dataplane.Planning;
using Sluice.Input;
using Sluice.Net;

namespace Sluice.Commands;

/// <summary>The flags that say which node is meant and how its proxy is configured; they have kube-proxy's names.</summary>
internal sealed class NodeOptions
{
    private static readonly Dictionary<string, DetectLocalMode> s_modes = new(StringComparer.Ordinal)
    {
        ["ClusterCIDR"] = DetectLocalMode.ClusterCidr,
        ["NodeCIDR"] = DetectLocalMode.NodeCidr,
        ["BridgeInterface"] = DetectLocalMode.BridgeInterface,
        ["InterfaceNamePrefix"] = DetectLocalMode.InterfaceNamePrefix,
    };

    private static readonly Prefix s_loopback = Prefix.Parse("127.0.0.0/8");

    private readonly Option<string?> _node = Text("--node", "NAME", "The node, as endpoints name it", "--hostname-override");
    private readonly Option<string?> _clusterCidr = Text("--cluster-cidr", "CIDR[,CIDR]", "The pods' addresses, of one or both families");
    private readonly Option<string?> _mode = Text("--detect-local-mode", "MODE", "How pods' traffic is known: ClusterCIDR (default), NodeCIDR, BridgeInterface or InterfaceNamePrefix");
    private readonly Option<string?> _bridge = Text("--pod-bridge-interface", "NAME", "For BridgeInterface: the bridge that pods are attached to");
    private readonly Option<string?> _prefix = Text("--pod-interface-name-prefix", "PREFIX", "For InterfaceNamePrefix: what their interfaces' names begin with");
    private readonly Option<bool> _masqueradeAll = new("--masquerade-all") { Description = "Masquerade everything to cluster addresses" };
    private readonly Option<string[]> _nodePorts = new("--nodeport-addresses") { Description = "Where node ports are served: CIDRs, or the word primary: the node's own address of each family (default: everywhere with iptables, primary with nftables)", HelpName = "CIDR[,CIDR]" };
    private readonly Option<bool> _localhost = new("--iptables-localhost-nodeports") { Description = "Serve IPv4 node ports on 127.0.0.0/8 too (default: true with iptables, false with nftables)", DefaultValueFactory = _ => true };
    private readonly Option<string?> _bit = Text("--iptables-masquerade-bit", "0..31", "The bit of the packet mark that says masquerade (default 14)");

    /// <summary>Adds the flags to a verb.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_node, _clusterCidr, _mode, _bridge, _prefix, _masqueradeAll, _nodePorts, _localhost, _bit])
        {
            command.Add(option);
        }
    }

    /// <summary>What the flags say.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="isNftables">Whether the defaults are those of nftables mode: node ports on the node's own addresses only, not on loopback.</param>
    /// <exception cref="CommandFailure">They do not make sense.</exception>
    public NodeSettings Read(ParseResult parsed, bool isNftables = false)
    {
        var words = (parsed.GetValue(_nodePorts) ?? []).SelectMany(v => v.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).ToList();
        var isPrimary = words.Contains("primary", StringComparer.Ordinal);
        if (isPrimary && words.Count > 1)
        {
            throw new CommandFailure("--nodeport-addresses: the word primary stands alone");
        }

        var isDefault = isNftables && words.Count == 0;
        var localhost = isNftables && parsed.GetResult(_localhost) is not { Implicit: false } ? false : parsed.GetValue(_localhost);
        var settings = new NodeSettings
        {
            Name = Given(parsed.GetValue(_node)),
            DetectLocalMode = Mode(parsed.GetValue(_mode)),
            ClusterCidrs = Cidrs("--cluster-cidr", (parsed.GetValue(_clusterCidr) ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)),
            BridgeInterface = parsed.GetValue(_bridge) ?? "",
            InterfaceNamePrefix = parsed.GetValue(_prefix) ?? "",
            MasqueradeAll = parsed.GetValue(_masqueradeAll),
            IsPrimaryOnly = isPrimary || isDefault,
            IsPrimaryByDefault = isDefault,
            NodePortAddresses = isPrimary ? [] : isDefault && localhost ? [s_loopback] : Cidrs("--nodeport-addresses", words),
            LocalhostNodePorts = localhost,
            MasqueradeMark = Mark(parsed.GetValue(_bit)),
        };
        RequireInterface(settings, DetectLocalMode.BridgeInterface, "--pod-bridge-interface", settings.BridgeInterface, isPrefix: false);
        RequireInterface(settings, DetectLocalMode.InterfaceNamePrefix, "--pod-interface-name-prefix", settings.InterfaceNamePrefix, isPrefix: true);
        return settings;
    }

    private static void RequireInterface(NodeSettings settings, DetectLocalMode mode, string flag, string name, bool isPrefix)
    {
        if (settings.DetectLocalMode == mode && !InterfaceName.IsValid(name, isPrefix))
        {
            throw new CommandFailure(name.Length == 0
                ? $"--detect-local-mode {mode} needs {flag}"
                : $"{flag}: not {(isPrefix ? "the beginning of " : "")}an interface's name: '{name.ReplaceLineEndings(" ")}'");
        }
    }

    private static DetectLocalMode Mode(string? word) =>
        string.IsNullOrEmpty(word) ? DetectLocalMode.ClusterCidr
        : s_modes.TryGetValue(word, out var mode) ? mode
        : throw new CommandFailure($"--detect-local-mode: expected one of {string.Join(", ", s_modes.Keys)}, not '{word.ReplaceLineEndings(" ")}'{Usage.Hint(word, s_modes.Keys)}");

    private static EquatableArray<Prefix> Cidrs(string flag, IReadOnlyList<string> words) => words
        .Select(word => word.Contains('/', StringComparison.Ordinal) && Prefix.TryParse(word, out var cidr) && cidr.Length >= 0
            ? cidr
            : throw new CommandFailure($"{flag}: expected an address range such as 10.244.0.0/16, not '{word.ReplaceLineEndings(" ")}'"))
        .ToEquatableArray();

    private static uint Mark(string? bit) =>
        bit is null ? 1u << 14
        : int.TryParse(bit, out var number) && number is >= 0 and <= 31 ? 1u << number
        : throw new CommandFailure($"--iptables-masquerade-bit: expected a number from 0 to 31, not '{bit.ReplaceLineEndings(" ")}'");

    private static string? Given(string? name) => string.IsNullOrWhiteSpace(name) ? null : name.Trim();

    private static Option<string?> Text(string name, string helpName, string description, params string[] aliases) =>
        new(name, aliases) { Description = description, HelpName = helpName };
}
