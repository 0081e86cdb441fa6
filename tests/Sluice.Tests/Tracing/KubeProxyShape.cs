using System.Globalization;
using System.Text;

namespace Sluice.Tests.Tracing;

/// <summary>The rules kube-proxy writes for one Service, for tests.</summary>
internal static class KubeProxyShape
{
    public const string ClusterIP = "172.30.0.41";

    /// <summary>A nat table with one Service of n endpoints 10.180.x.y:80 behind port 80.</summary>
    public static string Service(int endpoints, string? affinity = null)
    {
        var text = new StringBuilder("*nat\n:PREROUTING ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\n:KUBE-SERVICES - [0:0]\n:KUBE-SVC-A - [0:0]\n");
        for (var i = 0; i < endpoints; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $":KUBE-SEP-{i} - [0:0]\n");
        }

        text.Append("-A PREROUTING -j KUBE-SERVICES\n-A OUTPUT -j KUBE-SERVICES\n");
        text.Append(CultureInfo.InvariantCulture, $"-A KUBE-SERVICES -d {ClusterIP}/32 -p tcp -m comment --comment \"default/web cluster IP\" -m tcp --dport 80 -j KUBE-SVC-A\n");
        for (var i = 0; affinity is not null && i < endpoints; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"-A KUBE-SVC-A -m recent --rcheck --seconds {affinity} --reap --name KUBE-SEP-{i} --mask 255.255.255.255 --rsource -j KUBE-SEP-{i}\n");
        }

        for (var i = 0; i < endpoints; i++)
        {
            var draw = i == endpoints - 1 ? "" : string.Create(CultureInfo.InvariantCulture, $" -m statistic --mode random --probability {1.0 / (endpoints - i):F10}");
            text.Append(CultureInfo.InvariantCulture, $"-A KUBE-SVC-A -m comment --comment \"default/web -> {Endpoint(i)}:80\"{draw} -j KUBE-SEP-{i}\n");
        }

        for (var i = 0; i < endpoints; i++)
        {
            var set = affinity is null ? "" : string.Create(CultureInfo.InvariantCulture, $" -m recent --set --name KUBE-SEP-{i} --mask 255.255.255.255 --rsource");
            text.Append(CultureInfo.InvariantCulture, $"-A KUBE-SEP-{i} -p tcp{set} -m tcp -j DNAT --to-destination {Endpoint(i)}:80\n");
        }

        return text.Append("COMMIT\n").ToString();
    }

    public static string Endpoint(int i) => string.Create(CultureInfo.InvariantCulture, $"10.180.{i / 250}.{(i % 250) + 1}");
}
