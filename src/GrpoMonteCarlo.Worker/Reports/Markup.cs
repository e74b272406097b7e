using System.Globalization;
using System.Net;
using System.Text;
using GrpoMonteCarlo.Worker.Plotting;

namespace GrpoMonteCarlo.Worker.Reports;

/// <summary>The markup of figures' texts (see <see cref="RichText"/>), made from plain text and turned into HTML and LaTeX.</summary>
internal static class Markup
{
    /// <summary>Plain text as markup.</summary>
    public static string Escape(string text)
    {
        var escaped = new StringBuilder();
        foreach (char c in text)
        {
            _ = (c is '\\' or '*' or '_' or '^' ? escaped.Append('\\') : escaped).Append(c);
        }

        return escaped.ToString();
    }

    /// <summary>A number as .NET writes it, with a minus sign and powers of ten.</summary>
    public static string Number(string number)
    {
        string[] parts = number.Split('E');
        string mantissa = parts[0].Replace('-', '−');
        return parts.Length == 1
            ? mantissa
            : $"{(mantissa == "1" ? "" : mantissa + " × ")}10^{{{int.Parse(parts[1], CultureInfo.InvariantCulture)}}}";
    }

    /// <summary>Digits after the point; 0 has no sign.</summary>
    public static string Fixed(double value, int decimals)
    {
        string digits = value.ToString("F" + decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        return Number(digits.AsSpan().IndexOfAnyInRange('1', '9') < 0 ? digits.TrimStart('-') : digits);
    }

    /// <summary>Significant digits.</summary>
    public static string Digits(double value, int digits) =>
        Number(value.ToString("G" + digits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture));

    /// <summary>A whole number with its thousands parted.</summary>
    public static string Whole(double value) => Number(value.ToString("N0", CultureInfo.InvariantCulture));

    public static string Html(string markup)
    {
        var html = new StringBuilder();
        foreach (TextRun run in RichText.Parse(markup).Runs)
        {
            string tag = run.Rise < 0 ? "sub" : run.Rise > 0 ? "sup" : "";
            string text = run.Italic ? $"<i>{WebUtility.HtmlEncode(run.Text)}</i>" : WebUtility.HtmlEncode(run.Text);
            html.Append(tag.Length > 0 ? $"<{tag}>{text}</{tag}>" : text);
        }

        return html.ToString();
    }

    public static string Latex(string markup)
    {
        var latex = new StringBuilder();
        bool inMath = false;
        foreach (TextRun run in RichText.Parse(markup).Runs)
        {
            if (run.Rise != 0)
            {
                Switch(true);
                latex.Append(run.Rise < 0 ? @"_{\mathrm{" : @"^{\mathrm{").AppendJoin("", run.Text.Select(Mathematics)).Append("}}");
                continue;
            }

            foreach (char c in run.Text)
            {
                bool math = run.Italic || c is '−' or '×' or '|' or '<' or '>' or (>= 'α' and <= 'ω') or '∞';
                Switch(math);
                latex.Append(math ? Mathematics(c) : Text(c));
            }
        }

        Switch(false);
        return latex.ToString();

        void Switch(bool math)
        {
            latex.Append(math == inMath ? "" : "$");
            inMath = math;
        }
    }

    private static string Mathematics(char c) => c switch
    {
        '−' => "-",
        '×' => @"\times ",
        '∞' => @"\infty ",
        'α' => @"\alpha ",
        'β' => @"\beta ",
        'ε' => @"\epsilon ",
        'η' => @"\eta ",
        'μ' => @"\mu ",
        ' ' => @"\ ",
        _ => c.ToString(),
    };

    private static string Text(char c) => c switch
    {
        '\\' => @"\textbackslash{}",
        '&' or '%' or '$' or '#' or '_' or '{' or '}' => $@"\{c}",
        '~' => @"\textasciitilde{}",
        '^' => @"\textasciicircum{}",
        '…' => @"\dots{}",
        '\u00A0' => "~",
        _ => c.ToString(),
    };
}
