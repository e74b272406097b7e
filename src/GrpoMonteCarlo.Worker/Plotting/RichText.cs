using System.Text;
using System.Xml;

namespace GrpoMonteCarlo.Worker.Plotting;

/// <summary>
/// A line of text with what mathematics needs. Its markup: *x* is italic, x_i or x_{ij} a subscript, x^2 or 10^{-3} a superscript (a hyphen
/// in either is a minus), \ takes the next character as it is. A star without a partner stays a star, and a brace may be left open.
/// </summary>
internal sealed class RichText
{
    private const double ScriptSize = 0.72;

    private RichText(IReadOnlyList<TextRun> runs) => Runs = runs;

    public IReadOnlyList<TextRun> Runs { get; }

    /// <summary>In ems.</summary>
    public double Width => Runs.Sum(run => run.Size * TextWidth.Of(run.Text));

    /// <summary>The text without its markup, for those who hear it.</summary>
    public string Plain => string.Concat(Runs.Select(run => run.Text));

    public static RichText Parse(string markup)
    {
        var runs = new List<TextRun>();
        int position = 0;
        ParseRuns(markup, ref position, new TextRun("", false, 0, 1), closes: false, runs);
        return new RichText(runs);
    }

    /// <summary>The text in lines of at most <paramref name="width"/> ems, broken at spaces. A word wider than that has a line of its own.</summary>
    public IReadOnlyList<RichText> Wrap(double width)
    {
        var lines = new List<RichText>();
        RichText? line = null;
        foreach (RichText word in Words())
        {
            RichText longer = line is null ? word : new RichText([.. line.Runs, new TextRun(" ", false, 0, 1), .. word.Runs]);
            if (line is not null && longer.Width > width)
            {
                lines.Add(line);
                longer = word;
            }

            line = longer;
        }

        return line is null ? lines : [.. lines, line];
    }

    // Spaces inside scripts do not part words.
    private List<RichText> Words()
    {
        var words = new List<RichText>();
        var word = new List<TextRun>();
        foreach (TextRun run in Runs)
        {
            string[] parts = run.Size < 1 ? [run.Text] : run.Text.Split(' ');
            for (int i = 0; i < parts.Length; i++)
            {
                if (i > 0 && word.Count > 0)
                {
                    words.Add(new RichText([.. word]));
                    word.Clear();
                }

                if (parts[i].Length > 0)
                {
                    word.Add(run with { Text = parts[i] });
                }
            }
        }

        return word.Count > 0 ? [.. words, new RichText(word)] : words;
    }

    // Up to the end, or to the brace that closes this script.
    private static void ParseRuns(string markup, ref int position, TextRun style, bool closes, List<TextRun> runs)
    {
        var text = new StringBuilder();
        while (position < markup.Length)
        {
            char c = markup[position++];
            switch (c)
            {
                case '}' when closes:
                    Flush(text, style, runs);
                    return;
                case '*' when style.Italic || ClosingStar(markup, position, closes):
                    Flush(text, style, runs);
                    style = style with { Italic = !style.Italic };
                    break;
                case '_' or '^' when position < markup.Length:
                    Flush(text, style, runs);
                    double rise = style.Rise + (style.Size * (c == '^' ? 0.36 : -0.22));
                    TextRun script = style with { Rise = rise, Size = style.Size * ScriptSize, Italic = false };
                    if (markup[position] == '{')
                    {
                        position++;
                        ParseRuns(markup, ref position, script, closes: true, runs);
                    }
                    else
                    {
                        runs.Add(script with { Text = Drawn(markup[position++], script) });
                    }

                    break;
                case '\\' when position < markup.Length:
                    text.Append(Drawn(markup[position++], style));
                    break;
                default:
                    text.Append(Drawn(c, style));
                    break;
            }
        }

        Flush(text, style, runs);
    }

    // A partner in the same script, not right after: ** is two stars.
    private static bool ClosingStar(string markup, int position, bool closes)
    {
        int depth = 0;
        for (int i = position; i < markup.Length && depth >= 0; i++)
        {
            switch (markup[i])
            {
                case '\\':
                    i++;
                    break;
                case '{':
                    depth++;
                    break;
                case '}' when closes || depth > 0:
                    depth--;
                    break;
                case '*' when depth == 0:
                    return i > position;
            }
        }

        return false;
    }

    // Control characters have no place in XML.
    private static string Drawn(char c, TextRun style) => c switch
    {
        '-' when style.Size < 1 => "\u2212",
        '\n' or '\t' or '\r' => " ",
        _ when !XmlConvert.IsXmlChar(c) && !char.IsSurrogate(c) => "\uFFFD",
        _ => c.ToString(),
    };

    private static void Flush(StringBuilder text, TextRun style, List<TextRun> runs)
    {
        if (text.Length > 0)
        {
            runs.Add(style with { Text = text.ToString() });
            text.Clear();
        }
    }
}
