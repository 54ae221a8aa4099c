using System.Text;

namespace Gleaner;

/// <summary>The records of a comma-separated text (RFC 4180): fields may be quoted and then hold commas, line ends and doubled quotes.</summary>
static class CsvRecords
{
    /// <summary>Each record with the number of the line where it begins, from 1.</summary>
    public static IEnumerable<(int Line, string[] Fields)> Read(TextReader text, string where)
    {
        var fields = new List<string>();
        var field = new StringBuilder();
        int line = 1, first = 1;
        bool quoted = false, any = false;
        for (int next; (next = text.Read()) >= 0;)
        {
            char c = (char)next;
            if (c == '\n') line++;
            if (quoted && c != '"') field.Append(c);
            else if (quoted && text.Peek() == '"') field.Append((char)text.Read());
            else if (c == '"') quoted = !quoted;
            else if (c == ',')
            {
                fields.Add(field.ToString());
                field.Clear();
            }
            else if (c == '\n')
            {
                yield return (first, End());
                (first, any) = (line, false);
                continue;
            }
            else if (c != '\r' || text.Peek() != '\n') field.Append(c);
            any = true;
        }
        if (quoted) throw new InvalidDataException($"{where}, line {first}: a quote that does not close; expected one more \".");
        if (any) yield return (first, End());

        string[] End()
        {
            fields.Add(field.ToString());
            string[] record = [.. fields];
            fields.Clear();
            field.Clear();
            return record;
        }
    }
}
