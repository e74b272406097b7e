using System.Text;

namespace GrpoMonteCarlo.Worker.Reports;

/// <summary>A value in full, and as it is shown (markup).</summary>
internal readonly record struct TableValue(string Exact, string Shown)
{
    /// <summary>A number to some digits after the point; empty for NaN.</summary>
    public static TableValue Of(double value, int decimals) =>
        double.IsNaN(value) ? new("", "") : new(Column.Exact(value), Markup.Fixed(value, decimals));

    public static TableValue Whole(double value) => double.IsNaN(value) ? new("", "") : new(Column.Exact(value), Markup.Whole(value));
}

/// <summary>A column's name in files, and its heading (markup).</summary>
internal sealed record TableColumn(string Name, string Heading);

/// <summary>A table of the report: in full as CSV; as shown, and shortened if it is long, as LaTeX and HTML.</summary>
internal sealed record Table(string Name, string Caption, IReadOnlyList<TableColumn> Columns, IReadOnlyList<TableValue[]> Rows)
{
    private const int MostShown = 100;

    /// <summary>Rows that are shown however long the table is.</summary>
    public IReadOnlyList<int> Always { get; init; } = [];

    /// <summary>What is not shown; empty if all is.</summary>
    public string Omission => Rows.Count <= MostShown
        ? ""
        : $"Shown are {Shown.Count} of {Markup.Whole(Rows.Count)} rows; tables/{Name}.csv has them all.";

    private IReadOnlyList<TableValue[]> Shown => Rows.Count <= MostShown
        ? Rows
        : [.. Sample.Of(Rows.Count, MostShown).Union(Always).Order().Select(row => Rows[row])];

    public string Csv()
    {
        var csv = new StringBuilder();
        csv.AppendJoin(',', Columns.Select(column => column.Name)).Append('\n');
        foreach (TableValue[] row in Rows)
        {
            csv.AppendJoin(',', row.Select(value => CsvField.Of(value.Exact))).Append('\n');
        }

        return csv.ToString();
    }

    /// <summary>A tabular that needs the package booktabs.</summary>
    public string Latex()
    {
        var latex = new StringBuilder("% \\usepackage{booktabs}\n");
        latex.Append($"\\begin{{tabular}}{{{new string('r', Columns.Count)}}}\n\\toprule\n");
        latex.AppendJoin(" & ", Columns.Select(column => Markup.Latex(column.Heading))).Append(" \\\\\n\\midrule\n");
        foreach (TableValue[] row in Shown)
        {
            latex.AppendJoin(" & ", row.Select(value => Markup.Latex(value.Shown))).Append(" \\\\\n");
        }

        return latex.Append("\\bottomrule\n\\end{tabular}\n").ToString();
    }

    public string Html()
    {
        var html = new StringBuilder("<table>\n<thead><tr>");
        html.AppendJoin("", Columns.Select(column => $"<th scope=\"col\">{Markup.Html(column.Heading)}</th>")).Append("</tr></thead>\n<tbody>\n");
        foreach (TableValue[] row in Shown)
        {
            html.Append("<tr>").AppendJoin("", row.Select(value => $"<td>{Markup.Html(value.Shown)}</td>")).Append("</tr>\n");
        }

        return html.Append("</tbody>\n</table>\n").ToString();
    }
}
