using System.Globalization;

namespace GrpoMonteCarlo.Worker.Reports;

/// <summary>The columns that say what a cell is, and how they are written.</summary>
internal static class Parameter
{
    private const int LongestText = 28;

    /// <summary>In the datasets' order.</summary>
    public static readonly string[] Names =
    [
        "p_ref", "p_start", "beta", "epsilon", "group_size", "groups", "advantage", "anchor", "alpha", "estimator", "sampler", "false_positive",
        "false_negative", "lag", "stage_length", "prompts", "prompts_per_update", "arms", "reference", "update", "steps", "learning_rate", "clip_low",
        "clip_high", "kl", "degenerate_kl",
    ];

    /// <summary>Its symbol or its name, as markup.</summary>
    public static string Symbol(string name) => name switch
    {
        "p_ref" => "*p*_{ref}",
        "p_start" => "*p*_0",
        "beta" => "*β*",
        "epsilon" => "*ε*",
        "group_size" => "*G*",
        "groups" => "*M*",
        "alpha" => "*α*",
        "steps" => "*μ*",
        "learning_rate" => "*η*",
        "kl" => "KL",
        "degenerate_kl" => "degenerate KL",
        _ => name.Replace('_', ' '),
    };

    /// <summary>A value to six digits, as markup; a text that is long loses its end.</summary>
    public static string Value(Column column, int cell)
    {
        if (!column.IsNumber)
        {
            string text = column.Text(cell);
            return Markup.Escape(text.Length <= LongestText ? text : text[..(LongestText - 1)] + "…");
        }

        return double.IsNaN(column.Number(cell)) ? "" : Markup.Number(column.Number(cell).ToString("G6", CultureInfo.InvariantCulture));
    }

    /// <summary>Symbol and value, or a text that speaks for itself; empty for null.</summary>
    public static string Label(Column column, int cell) => Value(column, cell) switch
    {
        "" => "",
        var value when column.Name == "advantage" => value,
        var value => $"{Symbol(column.Name)} {(column.IsNumber ? "= " : "")}{value}",
    };
}
