using Sluice.Netfilter.Nftables.Reading;
using Sluice.Netfilter.Rules.Statements;

namespace Sluice.Netfilter.Nftables.Writing;

/// <summary>Logging in nft's words.</summary>
internal static class LogWords
{
    public static string Write(Log log)
    {
        var level = log.Level is { } number ? $" level {LogReader.LevelName(number)}" : "";
        return $"log{Prefix(log.Prefix)}{level}{Flags(log)}";
    }

    public static string Write(NetfilterLog log)
    {
        var size = log.Size is { } bytes ? $" snaplen {bytes}" : "";
        var threshold = log.Threshold == 0 ? "" : $" queue-threshold {log.Threshold}";
        return $"log{Prefix(log.Prefix)} group {log.Group}{size}{threshold}";
    }

    private static string Prefix(string? prefix) => prefix is null ? "" : $" prefix \"{prefix}\"";

    private static string Flags(Log log)
    {
        if (log is { TcpSequence: true, TcpOptions: true, IPOptions: true, UserId: true, MacDecode: true })
        {
            return " flags all";
        }

        var tcp = (log.TcpSequence, log.TcpOptions) switch
        {
            (true, true) => " flags tcp sequence,options",
            (true, _) => " flags tcp sequence",
            (_, true) => " flags tcp options",
            _ => "",
        };
        return tcp + (log.IPOptions ? " flags ip options" : "") + (log.UserId ? " flags skuid" : "") + (log.MacDecode ? " flags ether" : "");
    }
}
