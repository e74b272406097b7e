using System.Net;
using System.Text;
using GrpoMonteCarlo.Worker.Plotting;

namespace GrpoMonteCarlo.Worker.Reports;

/// <summary>report.html: one file that needs no other, no network and no script.</summary>
internal static class ReportPage
{
    private const string Style = """
        :root{color-scheme:light dark;--ground:#fff;--ink:#16181b;--faint:#5c6168;--rule:#d9dce0;--tint:#f4f5f7}
        @media (prefers-color-scheme:dark){:root{--ground:#15171a;--ink:#eceef0;--faint:#a3a9b1;--rule:#363a40;--tint:#1d2024}}
        @media print{:root{color-scheme:light;--ground:#fff;--ink:#000;--faint:#444;--rule:#bbb;--tint:#fff}}
        body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
        main,footer{max-width:60rem;margin:0 auto;padding:1.5rem}
        h1{font-size:1.7rem;line-height:1.2;margin:0 0 .3rem}
        h2{font-size:1.2rem;margin:2.5rem 0 .5rem}
        .question{font-size:1.1rem;color:var(--faint);margin:0 0 1rem}
        .words li{margin:.35rem 0}
        figure{margin:1.5rem 0 2.5rem;break-inside:avoid}
        figure svg{display:block;max-width:100%;height:auto;margin:0 auto}
        figcaption,.caption,footer{font-size:.85rem;color:var(--faint)}
        figcaption{max-width:46rem;margin:.5rem auto 0}
        code{font:.95em ui-monospace,"DejaVu Sans Mono",monospace}
        .wide{overflow-x:auto}
        table{border-collapse:collapse;font-size:.78rem;font-variant-numeric:tabular-nums;border:solid var(--ink);border-width:2px 0}
        thead{border-bottom:1px solid var(--ink)}
        th,td{padding:.2rem .4rem;text-align:right;white-space:nowrap}
        th{font-weight:600;white-space:normal;vertical-align:bottom}
        tbody tr:nth-child(even){background:var(--tint)}
        footer{border-top:1px solid var(--rule);margin-top:2rem}
        @media print{body{font-size:10pt}main,footer{max-width:none;padding:0}.wide{overflow:visible}table{font-size:7pt}th,td{padding:.1rem .3rem}
        h2,.caption{break-after:avoid}tr,footer{break-inside:avoid}thead{display:table-row-group}}

        """;

    public static string Write(RunManifest manifest, IEnumerable<string> words, IEnumerable<ReportFigure> figures, IEnumerable<Table> tables)
    {
        string name = Plain(manifest.Name);
        var page = new StringBuilder();
        page.Append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
        page.Append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
        page.Append($"<title>{name}</title>\n<style>\n{Style}</style>\n</head>\n<body>\n<main>\n<h1>{name}</h1>\n");
        page.Append(manifest.Description.Length > 0 ? $"<p class=\"question\">{Plain(manifest.Description)}</p>\n" : "");
        page.Append("<ul class=\"words\">\n");
        foreach (string sentence in words)
        {
            page.Append($"<li>{Markup.Html(sentence)}</li>\n");
        }

        page.Append("</ul>\n<h2>Figures</h2>\n");
        foreach ((ReportFigure figure, int number) in figures.Select((figure, i) => (figure, i + 1)))
        {
            // Inside a page the namespace goes without saying.
            string picture = SvgWriter.Write(figure.Figure).Replace(" xmlns=\"http://www.w3.org/2000/svg\"", "", StringComparison.Ordinal);
            page.Append($"<figure>\n{picture}\n<figcaption><b>Figure {number}.</b> {Markup.Html(figure.Caption)} ");
            page.Append($"<code>figures/{figure.Name}.svg</code></figcaption>\n</figure>\n");
        }

        page.Append("<h2>Tables</h2>\n");
        foreach ((Table table, int number) in tables.Select((table, i) => (table, i + 1)))
        {
            string omission = table.Omission.Length > 0 ? $" {Markup.Html(table.Omission)}" : "";
            page.Append($"<p class=\"caption\"><b>Table {number}.</b> {Markup.Html(table.Caption)}{omission} ");
            page.Append($"<code>tables/{table.Name}.csv</code>, <code>.tex</code></p>\n<div class=\"wide\">\n{table.Html()}</div>\n");
        }

        page.Append("</main>\n<footer>\n<p>Where and when it was simulated; nothing above depends on it.</p>\n<ul>\n");
        page.Append($"<li>{Plain(manifest.Tool)}; experiment {Plain(manifest.Hash)}</li>\n");
        foreach (string process in manifest.Runs)
        {
            page.Append($"<li>{Plain(process)}</li>\n");
        }

        return page.Append("</ul>\n</footer>\n</body>\n</html>\n").ToString();
    }

    private static string Plain(string text) => WebUtility.HtmlEncode(text);
}
